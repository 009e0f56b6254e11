package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The function that takes what could not be handed on back to where it was going: when an operator asks for it, and by itself
/// what has lain for hours.
final class FailuresToStream extends Construct {
    /// Between runs that nobody asked for.
    static final Duration EVERY = Duration.minutes(15);
    /// A run ends before the next one begins.
    private static final Duration TIMEOUT = Duration.minutes(14);

    private final StreamFunction function;

    /// @param ruleName        of the rule that leads to the stream
    /// @param noticesRuleName of the rule that leads to the lake
    record Props(Config config, IStream stream, String ruleName, String noticesRuleName, IBucket lake, IBucket failures) {
    }

    FailuresToStream(Construct scope, String id, Props props) {
        super(scope, id);
        function = new StreamFunction(this, "Redrive", new StreamFunction.Props(
                "dev.millrace.redrive.RedriveHandler", props.config().functionZip("redrive"), StreamFunction.MEMORY_MIB, TIMEOUT,
                Ordered.strings(
                        "FAILURES_BUCKET", props.failures().getBucketName(),
                        "LAKE_BUCKET", props.lake().getBucketName(),
                        "STREAM_NAME", props.stream().getStreamName(),
                        "RULE_NAME", props.ruleName(),
                        "NOTICES_RULE_NAME", props.noticesRuleName())));
        allow(props);

        Rule.Builder.create(this, "Schedule")
                .schedule(Schedule.rate(EVERY))
                .targets(List.of(new LambdaFunction(function.live())))
                .build();
    }

    private void allow(Props props) {
        IBucket failures = props.failures();
        List<String> documents = List.of(failures.arnForObjects(LakeLayout.FAILED_BATCHES_PREFIX + "*"), failures.arnForObjects(LakeLayout.RULE_ERRORS_PREFIX + "*"));
        String histories = failures.arnForObjects(LakeLayout.REDRIVEN_PREFIX + "*");
        // without a condition: who may not list is told AccessDenied, not NoSuchKey, of an object that is not there (S3, GetObject)
        function.allow(Allow.on(failures.getBucketArn(), "s3:ListBucket"));
        function.allow(Allow.on(documents, "s3:GetObject", "s3:DeleteObject"));
        function.allow(Allow.on(histories, "s3:GetObject", "s3:PutObject"));
        function.allow(Allow.on(props.stream().getStreamArn(), "kinesis:PutRecords"));
        function.allowKey(failures.getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");
        function.allow(Allow.on(
                List.of(props.lake().arnForObjects(LakeLayout.QUARANTINE_PREFIX + "*"), props.lake().arnForObjects(LakeLayout.LOST_PREFIX + "*")), "s3:PutObject"));
    }

    StreamFunction function() {
        return function;
    }
}
