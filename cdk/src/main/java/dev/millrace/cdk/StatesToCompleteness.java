package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The function that tells from the ledgers what is missing, on a schedule: into the lake's table of completeness, as metrics,
/// and to the devices, which it asks for it.
final class StatesToCompleteness extends Construct {
    /// Lambda's longest: all states are read, and a run that does not get through writes nothing.
    private static final int TIMEOUT_MINUTES = 15;

    private final StreamFunction function;

    record Props(Config config, ITable states, IBucket lake) {
    }

    StatesToCompleteness(Construct scope, String id, Props props) {
        super(scope, id);
        Config config = props.config();
        function = new StreamFunction(this, "Completeness", new StreamFunction.Props("dev.millrace.completeness.CompletenessHandler",
                config.functionZip("completeness"), StreamFunction.MEMORY_MIB, Duration.minutes(Math.min(TIMEOUT_MINUTES, config.completenessMinutes())),
                Ordered.strings(
                        "STATES_TABLE", props.states().getTableName(),
                        "LAKE_BUCKET", props.lake().getBucketName(),
                        "LEDGER_INTERVALS_MAX", Integer.toString(config.ledgerIntervalsMax()),
                        "LEDGER_EPOCHS_MAX", Integer.toString(config.ledgerEpochsMax()),
                        "RESEND_READINGS_MAX", Integer.toString(config.resendReadingsMax()))));
        function.allow(Allow.on(props.states().getTableArn(), "dynamodb:Scan"));
        allowLake(props.lake());
        function.allow(Allow.on(IotArn.of(this, "topic", "cmd/*/resend"), "iot:Publish"));
        function.allowKey(props.lake().getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");

        Rule.Builder.create(this, "Schedule")
                .schedule(Schedule.rate(Duration.minutes(config.completenessMinutes())))
                .targets(List.of(new LambdaFunction(function.live())))
                .build();
    }

    private void allowLake(IBucket lake) {
        String memory = LakeLayout.COMPLETENESS_STATE_PREFIX + "*";
        function.allow(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of("s3:ListBucket"))
                .resources(List.of(lake.getBucketArn()))
                .conditions(Map.of("StringLike", Map.of("s3:prefix", List.of(LakeLayout.LOST_PREFIX + "*", memory))))
                .build());
        function.allow(Allow.on(List.of(lake.arnForObjects(LakeLayout.LOST_PREFIX + "*"), lake.arnForObjects(memory)), "s3:GetObject"));
        function.allow(Allow.on(List.of(lake.arnForObjects(LakeLayout.COMPLETENESS_PREFIX + "*"), lake.arnForObjects(memory)), "s3:PutObject"));
    }

    StreamFunction function() {
        return function;
    }
}
