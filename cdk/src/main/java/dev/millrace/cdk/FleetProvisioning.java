package dev.millrace.cdk;

import dev.millrace.events.Claim;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.amazon.awscdk.services.iot.CfnProvisioningTemplate;
import software.amazon.awscdk.services.lambda.Permission;
import software.constructs.Construct;

/// How a device that has only a claim certificate becomes a thing, and how a thing renews its certificate ("Provisioning
/// by claim"). The function that is asked before each decides by the list of serial numbers, and names the thing: what
/// a device says of itself but its serial number plays no role.
final class FleetProvisioning extends Construct {
    /// AWS IoT waits no longer for the function ("Pre-provisioning hooks").
    private static final Duration ANSWER_WITHIN = Duration.seconds(5);
    /// Of what AWS IoT sends to the function.
    private static final String PAYLOAD_VERSION = "2020-04-01";

    private final CfnProvisioningTemplate template;
    private final CfnPolicy claimPolicy;
    private final StreamFunction hook;

    /// @param devicePolicyName what a device's certificate gets
    /// @param ruleName         told to the device: it publishes to it
    /// @param noticesRuleName  told to the device: it publishes to it what it lost
    /// @param serials          who may be provisioned
    record Props(Config config, String devicePolicyName, String ruleName, String noticesRuleName, ITable serials) {
    }

    FleetProvisioning(Construct scope, String id, Props props) {
        super(scope, id);
        String templateName = props.config().provisioningTemplateName();
        hook = new StreamFunction(this, "Provision", new StreamFunction.Props(
                "dev.millrace.provision.ProvisionHandler", props.config().functionZip("provision"), StreamFunction.MEMORY_MIB, ANSWER_WITHIN,
                Ordered.strings("SERIALS_TABLE", props.serials().getTableName())));
        hook.allow(Allow.on(props.serials().getTableArn(), "dynamodb:UpdateItem"));
        hook.allowKey(props.serials().getEncryptionKey(), "kms:Decrypt");
        hook.live().addPermission("AskedByAwsIot", Permission.builder()
                .principal(new ServicePrincipal("iot.amazonaws.com"))
                .sourceArn(IotArn.of(this, "provisioningtemplate", templateName))
                .sourceAccount(Stack.of(this).getAccount())
                .build());

        claimPolicy = claimPolicy(props.config().claimPolicyName(), templateName);
        Role role = provisioningRole(templateName);
        template = CfnProvisioningTemplate.Builder.create(this, "Template")
                .templateName(templateName)
                .description("Millrace: things by serial number")
                .enabled(true)
                .templateType("FLEET_PROVISIONING")
                .templateBody(Stack.of(this).toJsonString(body(props)))
                .provisioningRoleArn(role.getRoleArn())
                .preProvisioningHook(CfnProvisioningTemplate.ProvisioningHookProperty.builder()
                        .targetArn(hook.live().getFunctionArn())
                        .payloadVersion(PAYLOAD_VERSION)
                        .build())
                .build();
        // the rights too: a template that may not yet register things refuses devices
        template.getNode().addDependency(role);
    }

    /// Asked by AWS IoT whether a device may be provisioned.
    StreamFunction function() {
        return hook;
    }

    String templateName() {
        return template.getRef();
    }

    String claimPolicyName() {
        return claimPolicy.getRef();
    }

    /// The parameters without a default must come from somewhere: `SerialNumber` from the device, the others from the
    /// function, which wins over the device.
    private static Map<String, Object> body(Props props) {
        Map<String, Object> text = Ordered.map("Type", "String");
        return Ordered.map(
                "Parameters", Ordered.map("SerialNumber", text, "ThingName", text, "DeviceType", text, "AWS::IoT::Certificate::Id", text),
                "Resources", Ordered.map(
                        "certificate", Ordered.map("Type", "AWS::IoT::Certificate",
                                "Properties", Ordered.map("CertificateId", ref("AWS::IoT::Certificate::Id"), "Status", "ACTIVE")),
                        "policy", Ordered.map("Type", "AWS::IoT::Policy",
                                "Properties", Ordered.map("PolicyName", props.devicePolicyName())),
                        "thing", Ordered.map("Type", "AWS::IoT::Thing",
                                "Properties", Ordered.map("ThingName", ref("ThingName"),
                                        "AttributePayload", Ordered.map("serial", ref("SerialNumber"), "type", ref("DeviceType"))),
                                // a thing that is there already renews its certificate, or was swapped for another device
                                "OverrideSettings", Ordered.map("AttributePayload", "MERGE", "ThingTypeName", "DO_NOTHING", "ThingGroups", "DO_NOTHING"))),
                "DeviceConfiguration", Ordered.map("rule", props.ruleName(), "noticesRule", props.noticesRuleName(), "type", ref("DeviceType")));
    }

    private static Map<String, Object> ref(String parameter) {
        return Ordered.map("Ref", (Object) parameter);
    }

    private CfnPolicy claimPolicy(String name, String templateName) {
        return CfnPolicy.Builder.create(this, "ClaimPolicy")
                .policyName(name)
                .policyDocument(Ordered.map("Version", "2012-10-17", "Statement", List.of(
                        Ordered.map("Effect", "Allow", "Action", "iot:Connect", "Resource", IotArn.of(this, "client", Claim.CLIENT_PREFIX + "*")),
                        IotArn.allow(this, "iot:Publish", "topic", ProvisioningTopics.requests(templateName)),
                        IotArn.allow(this, "iot:Receive", "topic", ProvisioningTopics.answers(templateName)),
                        IotArn.allow(this, "iot:Subscribe", "topicfilter", ProvisioningTopics.answers(templateName)))))
                .build();
    }

    /// What the template does, of what the managed policy AWSIoTThingsRegistration allows on everything.
    private Role provisioningRole(String templateName) {
        Role role = Role.Builder.create(this, "Role")
                .assumedBy(ServicePrincipal.Builder.create("iot.amazonaws.com")
                        .conditions(Ordered.map(
                                "StringEquals", Ordered.map("aws:SourceAccount", Stack.of(this).getAccount()),
                                "ArnLike", Ordered.map("aws:SourceArn", IotArn.of(this, "provisioningtemplate", templateName))))
                        .build())
                .build();
        role.addToPolicy(Allow.on(IotArn.of(this, "thing", "*"), "iot:CreateThing", "iot:DescribeThing", "iot:UpdateThing"));
        role.addToPolicy(Allow.on(IotArn.of(this, "cert", "*"), "iot:AttachPolicy", "iot:DescribeCertificate", "iot:UpdateCertificate"));
        // has no resource to name ("Actions, resources, and condition keys for AWS IoT")
        role.addToPolicy(Allow.on("*", "iot:AttachThingPrincipal"));
        return role;
    }
}
