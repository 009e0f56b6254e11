package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Invokes functions of the template as an operator would.
public final class OperatorCall {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OperatorCall() {
    }

    /// @param output of the stack, whose value is the ARN of the function's alias
    /// @param event  what the function is asked for
    /// @return its report
    /// @throws DemoFailed if it fails; the message has its own
    public static JsonNode invoke(LocalCloud cloud, String output, String event) throws IOException, InterruptedException {
        String function = cloud.outputs().get(output).replaceFirst(".*:function:([^:]+).*", "$1");
        InvocationResult result = cloud.lambdaHost().invoke(function, event.getBytes(StandardCharsets.UTF_8));
        if (result instanceof InvocationResult.Succeeded(byte[] report)) {
            return JSON.readTree(report);
        }
        throw new DemoFailed("%s, function %s: %s".formatted(output, function, result.inWords()));
    }
}
