package dev.millrace.cdk;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.lambda.MetricType;
import software.amazon.awscdk.services.lambda.MetricsConfig;
import software.amazon.awscdk.services.lambda.StartingPosition;
import software.amazon.awscdk.services.lambda.eventsources.KinesisEventSource;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// Hands batches of the stream to a function. A bad record can neither stop its shard nor get lost: the function names
/// the first record that it could not settle, the rest is tried again, halved, and after 20 attempts or short of the
/// stream's retention laid down in S3.
final class StreamToFunction extends Construct {
    private static final int ATTEMPTS = 20;
    /// Lambda takes 60 s to 7 days ("Kinesis event source parameters").
    private static final int RECORD_AGE_MAX_HOURS = 7 * 24;

    private final String mappingId;

    /// @param batchSize     records a call at most
    /// @param windowSeconds how long a batch may gather
    /// @param failures      takes the records that were given up
    record Props(IStream stream, int streamRetentionHours, StreamFunction function, int batchSize, int windowSeconds, IBucket failures) {
    }

    StreamToFunction(Construct scope, String id, Props props) {
        super(scope, id);
        KinesisEventSource source = KinesisEventSource.Builder.create(props.stream())
                // the records that came before the mapping count too
                .startingPosition(StartingPosition.TRIM_HORIZON)
                .batchSize(props.batchSize())
                .maxBatchingWindow(Duration.seconds(props.windowSeconds()))
                .reportBatchItemFailures(true)
                .bisectBatchOnError(true)
                .retryAttempts(ATTEMPTS)
                .maxRecordAge(Duration.hours(recordAgeHours(props.streamRetentionHours())))
                .onFailure(new FailedBatches(props.failures()))
                .metricsConfig(MetricsConfig.builder().metrics(List.of(MetricType.EVENT_COUNT)).build())
                .build();
        // the mapping becomes a child of the alias; also grants the function's role to read the stream
        props.function().live().addEventSource(source);
        mappingId = source.getEventSourceMappingId();
    }

    /// The UUID of the event source mapping.
    String mappingId() {
        return mappingId;
    }

    /// An hour short of the retention: a record must be given up while its bytes are still there.
    static int recordAgeHours(int streamRetentionHours) {
        return Math.min(streamRetentionHours - 1, RECORD_AGE_MAX_HOURS);
    }
}
