package dev.millrace.cdk;

import dev.millrace.events.Topics;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iot.CfnTopicRule;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The rule that hands each message to the stream. The thing is the partition key, so that one thing's packs stay in one
/// shard.
final class IotRuleToStream extends Construct {
    private final CfnTopicRule rule;

    /// @param failures takes what could not be handed on, see [IotRule]
    record Props(String ruleName, IStream stream, IBucket failures) {
    }

    IotRuleToStream(Construct scope, String id, Props props) {
        super(scope, id);
        Role role = IotRule.role(this, "StreamRole", props.ruleName(), Allow.on(props.stream().getStreamArn(), "kinesis:PutRecord"));
        Allow.key(role, props.stream().getEncryptionKey(), "kms:GenerateDataKey");
        CfnTopicRule.ActionProperty action = CfnTopicRule.ActionProperty.builder()
                .kinesis(CfnTopicRule.KinesisActionProperty.builder()
                        .streamName(props.stream().getStreamName())
                        .partitionKey(IotRule.THING)
                        .roleArn(role.getRoleArn())
                        .build())
                .build();
        rule = IotRule.create(this, new IotRule.Props(props.ruleName(), Topics.TELEMETRY_FILTER, new IotRule.Action(action, role), props.failures()));
    }

    String ruleName() {
        return rule.getRef();
    }
}
