package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.LocalCloud;
import java.io.IOException;

/// The function that tells what is missing, invoked as an operator would.
public final class CompletenessFunction {
    /// Everything that is missing now, and nobody is asked for it.
    public static final String LOOK = "{\"graceSeconds\":0,\"readingsMax\":0}";

    private CompletenessFunction() {
    }

    /// @param event what the function is asked for
    /// @return its report
    /// @throws DemoFailed if it fails; the message has its own
    public static JsonNode run(LocalCloud cloud, String event) throws IOException, InterruptedException {
        return OperatorCall.invoke(cloud, "CompletenessFunction", event);
    }
}
