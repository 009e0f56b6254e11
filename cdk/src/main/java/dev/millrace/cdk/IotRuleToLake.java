package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import dev.millrace.events.Topics;
import software.amazon.awscdk.services.iot.CfnTopicRule;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The rule that puts each notice of lost readings into the lake, as an object of its own. Notices are few, so they need no
/// function to gather them.
final class IotRuleToLake extends Construct {
    private final CfnTopicRule rule;

    /// @param lake     takes notices under [LakeLayout#LOST_PREFIX]
    /// @param failures takes what could not be handed on, see [IotRule]
    record Props(String ruleName, IBucket lake, IBucket failures) {
    }

    IotRuleToLake(Construct scope, String id, Props props) {
        super(scope, id);
        IotRule.Action action = IotRule.toBucket(this, "LakeRole", props.ruleName(), props.lake(), LakeLayout.LOST_PREFIX);
        rule = IotRule.create(this, new IotRule.Props(props.ruleName(), Topics.LOST_FILTER, action, props.failures()));
    }

    String ruleName() {
        return rule.getRef();
    }
}
