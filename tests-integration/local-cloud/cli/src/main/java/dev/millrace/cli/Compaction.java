package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.LocalCloud;
import java.io.IOException;

/// The function that takes what has landed into the lake's tables, invoked as an operator would: at once, and with the hours
/// that are still open.
public final class Compaction {
    private static final String EVENT = "{\"includeOpenHours\":true}";

    private Compaction() {
    }

    /// @return its report, an object a device type
    /// @throws DemoFailed if it fails; the message has its own
    public static JsonNode run(LocalCloud cloud) throws IOException, InterruptedException {
        return OperatorCall.invoke(cloud, "CompactFunction", EVENT);
    }
}
