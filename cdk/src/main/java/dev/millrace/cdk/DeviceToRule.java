package dev.millrace.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.constructs.Construct;

/// The policy of a device's certificate: connect as the thing that the certificate is attached to, and publish
/// telemetry of that thing to one rule. This is what makes the thing in the topic trustworthy.
///
/// The variables are AWS IoT's own ("Thing policy variables"); they have a value only if the certificate is attached
/// to a thing and the client id is the thing's name. Without a value a statement allows nothing.
final class DeviceToRule extends Construct {
    private static final String THING = "${iot:Connection.Thing.ThingName}";

    private final CfnPolicy policy;

    record Props(String policyName, String ruleName) {
    }

    DeviceToRule(Construct scope, String id, Props props) {
        super(scope, id);
        policy = CfnPolicy.Builder.create(this, "Policy")
                .policyName(props.policyName())
                .policyDocument(Ordered.map("Version", "2012-10-17", "Statement", List.of(connect(), publish(props.ruleName()))))
                .build();
    }

    String policyName() {
        return policy.getRef();
    }

    private Map<String, Object> connect() {
        return Ordered.map(
                "Effect", "Allow",
                "Action", "iot:Connect",
                "Resource", arn("client", THING),
                "Condition", Ordered.map("Bool", Ordered.map("iot:Connection.Thing.IsAttached", List.of("true"))));
    }

    private Map<String, Object> publish(String ruleName) {
        return Ordered.map(
                "Effect", "Allow",
                "Action", "iot:Publish",
                "Resource", arn("topic", "$aws/rules/" + ruleName + "/dt/" + THING + "/*"));
    }

    private String arn(String kind, String name) {
        return Stack.of(this).formatArn(ArnComponents.builder().service("iot").resource(kind).resourceName(name).build());
    }
}
