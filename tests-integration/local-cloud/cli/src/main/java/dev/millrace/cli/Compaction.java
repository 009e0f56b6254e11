package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The function that takes what has landed into the lake's tables, invoked as an operator would: at once, and with the hours
/// that are still open.
public final class Compaction {
    private static final String EVENT = "{\"includeOpenHours\":true}";

    private Compaction() {
    }

    /// @return its report, an object a device type
    /// @throws DemoFailed if it fails; the message has its own
    public static JsonNode run(LocalCloud cloud) throws IOException, InterruptedException {
        // the output is the ARN of the function's alias
        String function = cloud.outputs().get("CompactFunction").replaceFirst(".*:function:([^:]+).*", "$1");
        InvocationResult result = cloud.lambdaHost().invoke(function, EVENT.getBytes(StandardCharsets.UTF_8));
        if (result instanceof InvocationResult.Succeeded(byte[] report)) {
            return new ObjectMapper().readTree(report);
        }
        throw new DemoFailed("the function %s did not compact the lake: %s".formatted(function, result.inWords()));
    }
}
