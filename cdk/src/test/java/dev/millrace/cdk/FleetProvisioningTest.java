package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetProvisioningTest {
    private final JsonNode state = Synth.templates().state();
    private final JsonNode flow = Synth.templates().flow();
    private final JsonNode template = Read.only(flow, "AWS::IoT::ProvisioningTemplate");

    @Test
    void aClaimCertificateMayAskForACertificateAndNothingElse() {
        JsonNode policy = Read.properties(flow, "AWS::IoT::Policy").stream()
                .filter(candidate -> candidate.get("PolicyName").asText().equals("millrace-dev-claim")).findFirst().orElseThrow();

        assertThat(Read.rendered(policy.get("PolicyDocument"), state).toString().replace("arn:<Partition>:iot:<Region>:<AccountId>:", "")).isEqualToIgnoringWhitespace("""
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Action":"iot:Connect","Resource":"client/claim-*"},
                 {"Effect":"Allow","Action":"iot:Publish","Resource":[
                  "topic/$aws/certificates/create-from-csr/json",
                  "topic/$aws/provisioning-templates/millrace-dev-device/provision/json"]},
                 {"Effect":"Allow","Action":"iot:Receive","Resource":[
                  "topic/$aws/certificates/create-from-csr/json/*",
                  "topic/$aws/provisioning-templates/millrace-dev-device/provision/json/*"]},
                 {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
                  "topicfilter/$aws/certificates/create-from-csr/json/*",
                  "topicfilter/$aws/provisioning-templates/millrace-dev-device/provision/json/*"]}]}
                """);
    }

    @Test
    void theTemplateMakesAThingWithAnActiveCertificateUnderTheDevicePolicy() throws JsonProcessingException {
        JsonNode body = new ObjectMapper().readTree(Read.text(template.get("TemplateBody"), state));

        assertThat(body).isEqualTo(new ObjectMapper().readTree("""
                {"Parameters":{"SerialNumber":{"Type":"String"},"ThingName":{"Type":"String"},"DeviceType":{"Type":"String"},
                  "AWS::IoT::Certificate::Id":{"Type":"String"}},
                 "Resources":{
                  "certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"ACTIVE"}},
                  "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"<DeviceToRulePolicy>"}},
                  "thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"ThingName"},
                    "AttributePayload":{"serial":{"Ref":"SerialNumber"},"type":{"Ref":"DeviceType"}}},
                   "OverrideSettings":{"AttributePayload":"MERGE","ThingTypeName":"DO_NOTHING","ThingGroups":"DO_NOTHING"}}},
                 "DeviceConfiguration":{"rule":"<RuleToStreamRule>","noticesRule":"<RuleToLakeRule>","type":{"Ref":"DeviceType"}}}"""));
    }

    @Test
    void theTemplateIsServedAndAsksThePublishedFunction() {
        assertThat(template.get("Enabled").asBoolean()).isTrue();
        assertThat(template.get("TemplateType").asText()).isEqualTo("FLEET_PROVISIONING");
        JsonNode hook = template.get("PreProvisioningHook");
        assertThat(hook.get("TargetArn").get("Ref").asText()).startsWith("FleetProvisioningProvisionLive");
        // 10 to 32 digits and hyphens (AWS IoT, ProvisioningHook)
        assertThat(hook.get("PayloadVersion").asText()).matches("[0-9-]{10,32}");
    }

    @Test
    void theTemplateWaitsForTheRightsOfItsRole() {
        JsonNode resource = Read.resources(flow, "AWS::IoT::ProvisioningTemplate").values().iterator().next();

        assertThat(resource.get("DependsOn").toString()).contains("FleetProvisioningRoleDefaultPolicy");
    }

    @Test
    void theNamesFitIntoWhatAwsIotTakesEvenWithTheLongestEnvironment() {
        JsonNode longest = Read.only(Synth.synthesize(Map.of("environment", "abcdefghijklmnop")).flow(), "AWS::IoT::ProvisioningTemplate");

        // AWS IoT, CreateProvisioningTemplate
        assertThat(longest.get("TemplateName").asText()).isEqualTo("millrace-abcdefghijklmnop-device").matches("[0-9A-Za-z_-]{1,36}");
        assertThat(Read.text(longest.get("TemplateBody"), state).length()).isLessThan(10_240);
    }
}
