package dev.millrace.compact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Tells CloudFormation what became of a custom resource; without an answer it waits for an hour (AWS CloudFormation
/// user guide, "Custom resource response objects").
final class DeploymentAnswer {
    private static final int TIMEOUT_MILLIS = 10_000;
    /// Of the whole answer; the reason is cut to be safe of it.
    private static final int REASON_MAX = 2_000;

    private DeploymentAnswer() {
    }

    static void send(Request.Deploy request, String physicalId, String failure) throws IOException {
        ObjectNode answer = Request.JSON.createObjectNode()
                .put("Status", failure.isEmpty() ? "SUCCESS" : "FAILED")
                .put("PhysicalResourceId", physicalId)
                .put("StackId", request.stackId())
                .put("RequestId", request.requestId())
                .put("LogicalResourceId", request.logicalResourceId());
        if (!failure.isEmpty()) {
            answer.put("Reason", failure.substring(0, Math.min(failure.length(), REASON_MAX)));
        }
        put(request.answerTo(), answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void put(URI to, byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) to.toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setDoOutput(true);
        // the address was signed for this type
        connection.setRequestProperty("Content-Type", "");
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        if (connection.getResponseCode() / 100 != 2) {
            throw new IOException("CloudFormation's address took no answer: status %d from %s".formatted(connection.getResponseCode(), to.getHost()));
        }
    }
}
