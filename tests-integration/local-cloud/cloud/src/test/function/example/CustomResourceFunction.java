package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A custom resource whose property `Do` says how it answers. The request is told in the Reason.
public final class CustomResourceFunction implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        String event = new String(in.readAllBytes(), UTF_8);
        switch (member(event, "Do")) {
            case "succeed" -> put(event, "", answer(event, "SUCCESS", member(event, "RequestId"), "made"));
            case "answerAndThrow" -> {
                put(event, "", answer(event, "SUCCESS", member(event, "RequestId"), "made"));
                throw new IllegalStateException("after the answer");
            }
            case "fail" -> put(event, "", answer(event, "FAILED", member(event, "RequestId"), "asked to fail, with Limit " + member(event, "Limit")
                    + " by " + member(event, "RequestType") + " of " + member(event, "ResourceType") + " in " + member(event, "StackId")));
            case "answerAnother" -> put(event, "", answer(event, "SUCCESS", "another request", "made"));
            case "talk" -> put(event, "", "{\"Status\":\"DONE\"}");
            case "talkMuch" -> put(event, "", "{\"Status\":\"SUCCESS\",\"Reason\":\"" + "x".repeat(4_096) + "\"}");
            case "sendType" -> put(event, "application/json", answer(event, "SUCCESS", member(event, "RequestId"), "made"));
            case "return" -> {
            }
            case "throw" -> throw new IllegalArgumentException("asked to throw");
            case "sleep" -> {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            default -> throw new IllegalArgumentException("unknown: " + event);
        }
    }

    private static String answer(String event, String status, String request, String reason) {
        return "{\"Status\":\"%s\",\"Reason\":\"%s\",\"PhysicalResourceId\":\"id\",\"StackId\":\"%s\",\"RequestId\":\"%s\",\"LogicalResourceId\":\"%s\"}"
                .formatted(status, reason, member(event, "StackId"), request, member(event, "LogicalResourceId"));
    }

    private static void put(String event, String contentType, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(member(event, "ResponseURL")).toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setRequestProperty("Content-Type", contentType);
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(UTF_8));
        if (connection.getResponseCode() != 200) {
            throw new IOException("status " + connection.getResponseCode() + ": " + new String(connection.getErrorStream().readAllBytes(), UTF_8));
        }
    }

    private static String member(String event, String name) {
        Matcher member = Pattern.compile('"' + name + "\":\"([^\"]*)\"").matcher(event);
        return member.find() ? member.group(1) : "no text " + name;
    }
}
