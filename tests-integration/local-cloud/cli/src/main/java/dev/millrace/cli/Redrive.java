package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The function that puts what was given up into the stream again, invoked as an operator would when the cause is mended: at
/// once, and all there is.
final class Redrive {
    private Redrive() {
    }

    /// One run.
    ///
    /// @return its report
    /// @throws DemoFailed if it fails; the message has its own
    static JsonNode run(LocalCloud cloud) throws IOException, InterruptedException {
        // the output is the ARN of the function's alias
        String function = cloud.outputs().get("RedriveFunction").replaceFirst(".*:function:([^:]+).*", "$1");
        InvocationResult result = cloud.lambdaHost().invoke(function, "{}".getBytes(StandardCharsets.UTF_8));
        if (result instanceof InvocationResult.Succeeded(byte[] report)) {
            return new ObjectMapper().readTree(report);
        }
        throw new DemoFailed("the function %s did not redrive: %s".formatted(function, result.inWords()));
    }
}
