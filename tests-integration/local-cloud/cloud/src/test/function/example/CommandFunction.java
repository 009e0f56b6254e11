package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/// Does what the event says, a JSON string.
public final class CommandFunction implements RequestStreamHandler {
    public CommandFunction() {
        if ("init".equals(System.getenv("FAIL_IN"))) {
            throw new IllegalStateException("no table configured");
        }
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        String command = new String(in.readAllBytes(), UTF_8).replace("\"", "");
        String[] words = command.split(" ");
        switch (words[0]) {
            case "throw" -> throw new IllegalArgumentException("asked to throw");
            case "exit" -> {
                System.out.println("about to exit");
                System.out.flush();
                Runtime.getRuntime().halt(Integer.parseInt(words[1]));
            }
            case "sleep" -> {
                try {
                    Thread.sleep(Long.parseLong(words[1]));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                out.write("\"slept\"".getBytes(UTF_8));
            }
            case "large" -> out.write("x".repeat(Integer.parseInt(words[1])).getBytes(UTF_8));
            case "variable" -> out.write(String.valueOf(System.getenv(words[1])).getBytes(UTF_8));
            case "context" -> out.write(Map.of(
                    "remaining", context.getRemainingTimeInMillis(),
                    "name", context.getFunctionName(),
                    "version", context.getFunctionVersion(),
                    "memory", context.getMemoryLimitInMB(),
                    "arn", context.getInvokedFunctionArn()).toString().getBytes(UTF_8));
            case "pid" -> {
                System.out.println("pid asked");
                out.write(String.valueOf(ProcessHandle.current().pid()).getBytes(UTF_8));
            }
            case "nothing" -> {
            }
            default -> throw new IllegalArgumentException("unknown command: " + command);
        }
    }
}
