package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.template.ResourceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An event source mapping of the template, with the defaults of `AWS::Lambda::EventSourceMapping` where it says nothing.
///
/// @param id                the UUID
/// @param functionName      without qualifier
/// @param functionArn       with the alias or version that the mapping names
/// @param streamArn         of a Kinesis stream
/// @param retryAttempts     -1 for as often as the records live
/// @param recordAge         empty for as long as the records live
/// @param onFailureBucket   where batches go that are given up
record MappingDefinition(String id, String functionName, String functionArn, String streamArn, String startingPosition, int batchSize,
        Duration batchingWindow, int parallelizationFactor, boolean bisectOnError, int retryAttempts, Optional<Duration> recordAge,
        boolean reportsItemFailures, Optional<String> onFailureBucket) {
    private static final Set<String> USED = Set.of("FunctionName", "EventSourceArn", "StartingPosition", "BatchSize", "MaximumBatchingWindowInSeconds",
            "ParallelizationFactor", "BisectBatchOnFunctionError", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "FunctionResponseTypes",
            "DestinationConfig", "Enabled");
    private static final Set<String> WITHOUT_EFFECT = Set.of("MetricsConfig", "Tags");
    private static final String BUCKET_ARN = "arn:aws:s3:::";

    MappingDefinition {
        requireNonNull(recordAge, "recordAge is null");
        requireNonNull(onFailureBucket, "onFailureBucket is null");
    }

    static MappingDefinition of(ResourceRequest request, String id, String functionName, String functionArn) {
        request.allow(USED, WITHOUT_EFFECT);
        if (request.text("Enabled").orElse("true").equals("false")) {
            throw request.wrong("Enabled", "true: the local cloud has no mapping that waits", "false");
        }
        String stream = request.requiredText("EventSourceArn");
        if (!stream.matches("arn:aws:kinesis:[^:]+:\\d{12}:stream/[^/]+")) {
            throw request.wrong("EventSourceArn", "the ARN of a Kinesis stream", stream);
        }
        int age = request.integer("MaximumRecordAgeInSeconds", -1);
        List<String> responses = request.texts("FunctionResponseTypes");
        return new MappingDefinition(id, functionName, functionArn, stream, request.requiredText("StartingPosition"),
                request.integer("BatchSize", 100), Duration.ofSeconds(request.integer("MaximumBatchingWindowInSeconds", 0)),
                request.integer("ParallelizationFactor", 1), request.flag("BisectBatchOnFunctionError"),
                request.integer("MaximumRetryAttempts", -1), age < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(age)),
                responses.contains("ReportBatchItemFailures"), bucket(request));
    }

    private static Optional<String> bucket(ResourceRequest request) {
        Optional<String> destination = request.part("DestinationConfig").part("OnFailure").text("Destination");
        if (destination.isPresent() && !destination.get().startsWith(BUCKET_ARN)) {
            throw request.wrong("DestinationConfig.OnFailure.Destination", "the ARN of an S3 bucket", destination.get());
        }
        return destination.map(arn -> arn.substring(BUCKET_ARN.length()));
    }

    /// The last part of the ARN.
    String streamName() {
        return streamArn.substring(streamArn.indexOf('/') + 1);
    }
}
