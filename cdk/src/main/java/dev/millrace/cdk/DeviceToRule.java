package dev.millrace.cdk;

import dev.millrace.events.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.constructs.Construct;

/// The policy of a device's certificate: connect as the thing that the certificate is attached to, publish telemetry of
/// that thing to one rule and what it lost to another, hear the commands for it, keep its shadow `config`, and renew its
/// certificate. This is what makes the thing in the topic trustworthy.
///
/// The variables are AWS IoT's own ("Thing policy variables"); they have a value only if the certificate is attached
/// to a thing and the client id is the thing's name. Without a value a statement allows nothing.
///
/// To subscribe is allowed by the text of the filter, in which `+` and `#` are plain characters and only the policy's own
/// `*` stands for others ("Using wildcard characters"). `cmd/<thing>/*` so covers the filter `cmd/<thing>/#`, and no
/// filter that it covers reaches beyond `cmd/<thing>/`. What arrives is asked again, topic by topic, by `iot:Receive`.
final class DeviceToRule extends Construct {
    private static final String THING = "${iot:Connection.Thing.ThingName}";
    private static final String COMMANDS = "cmd/" + THING + "/*";
    private static final String CONFIG_SHADOW = "$aws/things/" + THING + "/shadow/name/config/";

    private final CfnPolicy policy;

    /// @param ruleName        takes the telemetry
    /// @param noticesRuleName takes notices of lost readings
    /// @param templateName    the provisioning template by which a device renews its certificate
    record Props(String policyName, String ruleName, String noticesRuleName, String templateName) {
    }

    DeviceToRule(Construct scope, String id, Props props) {
        super(scope, id);
        List<String> heard = new ArrayList<>(List.of(COMMANDS, CONFIG_SHADOW + "*"));
        heard.addAll(ProvisioningTopics.answers(props.templateName()));
        policy = CfnPolicy.Builder.create(this, "Policy")
                .policyName(props.policyName())
                .policyDocument(Ordered.map("Version", "2012-10-17", "Statement", List.of(
                        connect(),
                        IotArn.allow(this, "iot:Publish", "topic", published(props)),
                        IotArn.allow(this, "iot:Subscribe", "topicfilter", heard),
                        IotArn.allow(this, "iot:Receive", "topic", heard))))
                .build();
    }

    String policyName() {
        return policy.getRef();
    }

    /// A device asks for its configuration and reports it; it deletes no shadow.
    private static List<String> published(Props props) {
        List<String> topics = new ArrayList<>(List.of(ofThing(props.ruleName(), "*"), ofThing(props.noticesRuleName(), Topics.LOST),
                CONFIG_SHADOW + "get", CONFIG_SHADOW + "update"));
        topics.addAll(ProvisioningTopics.requests(props.templateName()));
        return topics;
    }

    private static String ofThing(String ruleName, String lastLevel) {
        return "$aws/rules/" + ruleName + "/dt/" + THING + "/" + lastLevel;
    }

    private Map<String, Object> connect() {
        return Ordered.map(
                "Effect", "Allow",
                "Action", "iot:Connect",
                "Resource", IotArn.of(this, "client", THING),
                "Condition", Ordered.map("Bool", Ordered.map("iot:Connection.Thing.IsAttached", List.of("true"))));
    }
}
