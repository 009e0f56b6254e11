package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iot.CfnTopicRule;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// What the topic rules have in common, wherever they lead: each message goes on byte for byte, and what its action refuses
/// in spite of AWS IoT's retries is kept in S3 with its bytes.
final class IotRule {
    /// Trustworthy, because the policy of devices pins it: see [DeviceToRule].
    static final String THING = "${topic(2)}";
    /// AWS IoT takes 2015-10-08 if none is given ("SQL versions").
    private static final String SQL_VERSION = "2016-03-23";
    /// The time orders the objects of a thing, the uuid keeps two of the same millisecond apart.
    private static final String OBJECT = THING + "/${timestamp()}-${newuuid()}.json";

    private IotRule() {
    }

    /// @param role by which AWS IoT does it
    record Action(CfnTopicRule.ActionProperty property, Role role) {
    }

    /// @param filter   what the rule's `FROM` names
    /// @param failures takes under [LakeLayout#RULE_ERRORS_PREFIX] what could not be handed on
    record Props(String ruleName, String filter, Action action, IBucket failures) {
    }

    static CfnTopicRule create(Construct scope, Props props) {
        Action error = toBucket(scope, "ErrorRole", props.ruleName(), props.failures(), LakeLayout.RULE_ERRORS_PREFIX);
        CfnTopicRule rule = CfnTopicRule.Builder.create(scope, "Rule")
                .ruleName(props.ruleName())
                .topicRulePayload(CfnTopicRule.TopicRulePayloadProperty.builder()
                        .sql("SELECT * FROM '" + props.filter() + "'")
                        .awsIotSqlVersion(SQL_VERSION)
                        .ruleDisabled(false)
                        .actions(List.of(props.action().property()))
                        .errorAction(error.property())
                        .build())
                .build();
        // the roles' policies too: a rule that may not yet write loses messages
        rule.getNode().addDependency(props.action().role(), error.role());
        return rule;
    }

    /// Puts each message into an object of its own, below the prefix and the thing's name.
    static Action toBucket(Construct scope, String roleId, String ruleName, IBucket bucket, String prefix) {
        Role role = role(scope, roleId, ruleName, Allow.on(bucket.arnForObjects(prefix + "*"), "s3:PutObject"));
        Allow.key(role, bucket.getEncryptionKey(), "kms:GenerateDataKey");
        return new Action(CfnTopicRule.ActionProperty.builder()
                .s3(CfnTopicRule.S3ActionProperty.builder()
                        .bucketName(bucket.getBucketName())
                        .key(prefix + OBJECT)
                        .roleArn(role.getRoleArn())
                        .build())
                .build(), role);
    }

    /// Only for this rule ("Granting an AWS IoT rule the access it requires").
    static Role role(Construct scope, String id, String ruleName, PolicyStatement right) {
        Role role = Role.Builder.create(scope, id)
                .assumedBy(ServicePrincipal.Builder.create("iot.amazonaws.com")
                        .conditions(Ordered.map(
                                "StringEquals", Ordered.map("aws:SourceAccount", Stack.of(scope).getAccount()),
                                "ArnLike", Ordered.map("aws:SourceArn", IotArn.of(scope, "rule", ruleName))))
                        .build())
                .build();
        role.addToPolicy(right);
        return role;
    }
}
