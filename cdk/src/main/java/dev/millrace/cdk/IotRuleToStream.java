package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import dev.millrace.events.Topics;
import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iot.CfnTopicRule;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The rule that hands each message, byte for byte, to the stream. The thing is the partition key, so that one
/// thing's packs stay in one shard. What the stream refuses in spite of AWS IoT's retries is kept in S3 with its bytes.
final class IotRuleToStream extends Construct {
    /// AWS IoT takes 2015-10-08 if none is given ("SQL versions").
    private static final String SQL_VERSION = "2016-03-23";
    private static final String THING = "${topic(2)}";
    private static final String ERROR_KEY = LakeLayout.RULE_ERRORS_PREFIX + THING + "/${timestamp()}-${newuuid()}.json";

    private final CfnTopicRule rule;

    /// @param failures takes under [LakeLayout#RULE_ERRORS_PREFIX] what could not be handed on
    record Props(String ruleName, IStream stream, IBucket failures) {
    }

    IotRuleToStream(Construct scope, String id, Props props) {
        super(scope, id);
        Role streamRole = role("StreamRole", props.ruleName());
        streamRole.addToPolicy(Allow.on(props.stream().getStreamArn(), "kinesis:PutRecord"));
        Role errorRole = role("ErrorRole", props.ruleName());
        errorRole.addToPolicy(Allow.on(props.failures().arnForObjects(LakeLayout.RULE_ERRORS_PREFIX + "*"), "s3:PutObject"));

        rule = CfnTopicRule.Builder.create(this, "Rule")
                .ruleName(props.ruleName())
                .topicRulePayload(CfnTopicRule.TopicRulePayloadProperty.builder()
                        .sql("SELECT * FROM '" + Topics.TELEMETRY_FILTER + "'")
                        .awsIotSqlVersion(SQL_VERSION)
                        .ruleDisabled(false)
                        .actions(List.of(CfnTopicRule.ActionProperty.builder()
                                .kinesis(CfnTopicRule.KinesisActionProperty.builder()
                                        .streamName(props.stream().getStreamName())
                                        .partitionKey(THING)
                                        .roleArn(streamRole.getRoleArn())
                                        .build())
                                .build()))
                        .errorAction(CfnTopicRule.ActionProperty.builder()
                                .s3(CfnTopicRule.S3ActionProperty.builder()
                                        .bucketName(props.failures().getBucketName())
                                        .key(ERROR_KEY)
                                        .roleArn(errorRole.getRoleArn())
                                        .build())
                                .build())
                        .build())
                .build();
        // the roles' policies too: a rule that may not yet write loses messages
        rule.getNode().addDependency(streamRole, errorRole);
    }

    String ruleName() {
        return rule.getRef();
    }

    /// Only for this rule ("Granting an AWS IoT rule the access it requires").
    private Role role(String id, String ruleName) {
        Stack stack = Stack.of(this);
        String ruleArn = stack.formatArn(ArnComponents.builder().service("iot").resource("rule").resourceName(ruleName).build());
        return Role.Builder.create(this, id)
                .assumedBy(ServicePrincipal.Builder.create("iot.amazonaws.com")
                        .conditions(Ordered.map(
                                "StringEquals", Ordered.map("aws:SourceAccount", stack.getAccount()),
                                "ArnLike", Ordered.map("aws:SourceArn", ruleArn)))
                        .build())
                .build();
    }
}
