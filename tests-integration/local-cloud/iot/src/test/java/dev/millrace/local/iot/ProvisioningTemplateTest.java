package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisioningTemplateTest {
    static final String GOOD = """
            {"Parameters":{"SerialNumber":{"Type":"String"},"ThingName":{"Type":"String"},"Region":{"Type":"String","Default":"eu"},
              "AWS::IoT::Certificate::Id":{"Type":"String"}},
             "Resources":{
              "certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"ACTIVE"}},
              "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"device"}},
              "thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"ThingName"},"AttributePayload":{"serial":{"Ref":"SerialNumber"}}},
               "OverrideSettings":{"AttributePayload":"MERGE","ThingTypeName":"DO_NOTHING","ThingGroups":"DO_NOTHING"}}},
             "DeviceConfiguration":{"rule":"telemetry","serial":{"Ref":"SerialNumber"}}}""";

    /// What a provisioning role is for, in the words of AWS IoT.
    static final String RIGHTS = """
            {"Effect":"Allow","Action":["iot:CreateThing","iot:DescribeThing","iot:UpdateThing"],"Resource":"arn:aws:iot:*:*:thing/*"},
            {"Effect":"Allow","Action":["iot:AttachPolicy","iot:DescribeCertificate","iot:UpdateCertificate"],"Resource":"arn:aws:iot:*:*:cert/*"},
            {"Effect":"Allow","Action":"iot:AttachThingPrincipal","Resource":"*"}""";

    static String config(String body) {
        return config(body, RIGHTS);
    }

    static String config(String body, String statements) {
        ObjectNode config = JsonMembers.MAPPER.createObjectNode().put("name", "device").put("hook", "arn:hook").put("body", body);
        config.set("role", JsonMembers.parse("role", "{\"arn\":\"arn:role\",\"trust\":{},\"documents\":[{\"Statement\":[" + statements + "]}]}").node());
        return config.toString();
    }

    @Test
    void valuesComeFromParametersAndDefaults() throws RequestRefused {
        ProvisioningTemplate template = parse(GOOD.replace("\"telemetry\"", "{\"Ref\":\"Region\"}"));

        assertThat(template.apply(Map.of("SerialNumber", "SN-1", "ThingName", "truck-7"), "ab"))
                .isEqualTo(new ProvisioningTemplate.Registration("truck-7", "device", Registry.Status.ACTIVE, Map.of("rule", "eu", "serial", "SN-1")));
    }

    @Test
    void aParameterThatIsMissingUnknownOrReservedIsRefused() {
        ProvisioningTemplate template = parse(GOOD);

        assertThatThrownBy(() -> template.apply(Map.of("SerialNumber", "SN-1"), "ab")).hasMessage("the parameter ThingName is missing");
        assertThatThrownBy(() -> template.apply(Map.of("SerialNumber", "SN-1", "ThingName", "t", "Color", "red"), "ab")).hasMessageContaining("'Color'");
        assertThatThrownBy(() -> template.apply(Map.of("SerialNumber", "SN-1", "ThingName", "t", "AWS::IoT::Certificate::Id", "cd"), "ab"))
                .hasMessageContaining("no parameter 'AWS::IoT::Certificate::Id'");
        assertThatThrownBy(() -> template.apply(Map.of("SerialNumber", "SN-1", "ThingName", "a b"), "ab")).hasMessageContaining("'a b'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "PolicyName":"device"         | "PolicyDocument":"{}"           | PolicyDocument: unknown member
            "Type":"AWS::IoT::Policy"     | "Type":"AWS::IoT::ThingType"    | no AWS::IoT::Policy
            {"Ref":"ThingName"}           | {"Fn::Join":["",["a"]]}         | Fn::Join: unknown member
            {"Ref":"ThingName"}           | {"Ref":"Name"}                  | Ref to 'Name', which is no parameter
            "Status":"ACTIVE"             | "Status":"Active"               | expected one of [ACTIVE, INACTIVE, REVOKED], is 'Active'
            "ThingGroups":"DO_NOTHING"    | "ThingGroups":"REPLACE"         | only DO_NOTHING is simulated
            {"Ref":"AWS::IoT::Certificate::Id"} | {"Ref":"SerialNumber"}    | expected a Ref to AWS::IoT::Certificate::Id
            "Type":"String"               | "Type":"Number"                 | expected String, is Number
            "DeviceConfiguration"         | "Mappings"                      | Mappings: unknown member
            """)
    void whatIsWrongOrNotSimulatedIsNamed(String part, String instead, String message) {
        assertThat(GOOD).contains(part);
        assertThatThrownBy(() -> parse(GOOD.replace(part, instead))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    private static ProvisioningTemplate parse(String body) {
        return ProvisioningTemplate.parse(JsonMembers.parse("template", config(body)));
    }
}
