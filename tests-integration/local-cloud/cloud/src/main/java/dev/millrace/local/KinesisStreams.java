package dev.millrace.local;

import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// `AWS::Kinesis::Stream` in the Kinesis stand-in.
final class KinesisStreams implements ResourceProvider {
    /// CloudFormation: RetentionPeriodHours, default.
    private static final int RETENTION_HOURS = 24;
    private static final Set<String> USED = Set.of("Name", "ShardCount", "RetentionPeriodHours", "StreamModeDetails");

    private final LocalKinesis kinesis;

    KinesisStreams(LocalKinesis kinesis) {
        this.kinesis = kinesis;
    }

    @Override
    public Provisioned create(ResourceRequest request) {
        request.allow(USED, Set.of("StreamEncryption", "Tags"));
        String mode = request.part("StreamModeDetails").text("StreamMode").orElse("PROVISIONED");
        if (!mode.equals("PROVISIONED")) {
            throw request.wrong("StreamModeDetails.StreamMode", "PROVISIONED, the only mode of the local cloud", mode);
        }
        String name = request.name("Name", PhysicalName.STREAM);
        kinesis.createStream(name, request.integer("ShardCount", 1), Duration.ofHours(request.integer("RetentionPeriodHours", RETENTION_HOURS)));
        return Provisioned.simulated(name, Map.of("Arn", request.arn("kinesis", "stream/" + name)));
    }
}
