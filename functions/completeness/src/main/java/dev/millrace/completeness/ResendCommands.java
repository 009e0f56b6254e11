package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// Publishes commands to devices with QoS 1. That a command is taken says nothing of its device: the readings are its answer.
final class ResendCommands {
    private final IotDataPlaneClient iot;

    ResendCommands(IotDataPlaneClient iot) {
        this.iot = requireNonNull(iot, "iot is null");
    }

    /// @return what could not be published, or not in time, with why. It counts as asked nevertheless: the next time is after its
    ///         backoff, for a cloud that refuses must not be asked the more
    List<String> publish(List<Command> commands, Deadline deadline) {
        List<String> failures = new ArrayList<>();
        for (Command command : commands) {
            if (deadline.remainingMillis() <= 0) {
                failures.add("%s: no time left".formatted(command));
                continue;
            }
            try {
                iot.publish(publish -> publish.topic(command.topic()).qos(1).payload(SdkBytes.fromUtf8String(command.payload())));
            } catch (SdkException e) {
                failures.add("%s: %s".formatted(command, e.getMessage()));
            }
        }
        return failures;
    }
}
