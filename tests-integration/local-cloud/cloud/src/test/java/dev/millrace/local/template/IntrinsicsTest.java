package dev.millrace.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntrinsicsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Partition PARTITION = new Partition("eu-west-1", "000000000000");

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"Ref":"AWS::Region"}                                                        | "eu-west-1"
            {"Ref":"AWS::AccountId"}                                                     | "000000000000"
            {"Ref":"AWS::Partition"}                                                     | "aws"
            {"Ref":"AWS::URLSuffix"}                                                     | "amazonaws.com"
            {"Ref":"AWS::StackName"}                                                     | "Under"
            {"Ref":"Size"}                                                               | "7"
            {"Ref":"Zones"}                                                              | ["a","b"]
            {"Ref":"Stream"}                                                             | "stream-1"
            {"Fn::GetAtt":["Stream","Arn"]}                                              | "arn:stream-1"
            {"Fn::GetAtt":"Stream.Nested.Name"}                                          | "deep"
            {"Fn::Sub":"${Stream}/${Stream.Arn}/${AWS::Region}/${!Literal}/$"}           | "stream-1/arn:stream-1/eu-west-1/${Literal}/$"
            {"Fn::Sub":["${A}-${Size}",{"A":{"Ref":"Stream"}}]}                          | "stream-1-7"
            {"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":s3:::",{"Ref":"Stream"}]]} | "arn:aws:s3:::stream-1"
            {"Fn::Join":["+",{"Ref":"Zones"}]}                                           | "a+b"
            {"Fn::Select":["1",{"Fn::Split":[":",{"Fn::GetAtt":["Stream","Arn"]}]}]}     | "stream-1"
            {"Fn::Select":[0,["x","y"]]}                                                 | "x"
            {"Fn::Split":[".","a..b."]}                                                  | ["a","","b",""]
            {"Fn::If":["Big",{"Ref":"Stream"},{"Ref":"DoesNotExist"}]}                   | "stream-1"
            {"Fn::If":["Small",{"Ref":"DoesNotExist"},"no"]}                             | "no"
            {"Fn::FindInMap":["Sizes",{"Ref":"AWS::Region"},"shards"]}                   | 4
            {"Fn::ImportValue":"State:Stream"}                                           | "imported"
            {"Fn::GetStackOutput":{"StackName":"State","OutputName":"Bucket"}}           | "lake"
            {"Fn::GetStackOutput":{"StackName":"State","OutputName":"Bucket","Region":"eu-west-1"}} | "lake"
            {"Fn::Select":[1,{"Fn::GetAZs":""}]}                                         | "eu-west-1b"
            {"a":[1,true,null,{"b":{"Ref":"Size"}}]}                                     | {"a":[1,true,null,{"b":"7"}]}
            {"keep":1,"drop":{"Ref":"AWS::NoValue"}}                                     | {"keep":1}
            [1,{"Ref":"AWS::NoValue"},3]                                                 | [1,3]
            {"Statement":{"Condition":{"Bool":{"aws:SecureTransport":"false"}}}}         | {"Statement":{"Condition":{"Bool":{"aws:SecureTransport":"false"}}}}
            "${topic(3)} is no function outside of Fn::Sub"                              | "${topic(3)} is no function outside of Fn::Sub"
            """)
    void aFunctionGivesItsValue(String template, String value) throws JsonProcessingException {
        assertThat(resolve(template)).isEqualTo(JSON.readTree(value));
    }

    @ParameterizedTest(name = "{0} fails with {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"Fn::Cidr":["10.0.0.0/16",2,8]}                        | function Fn::Cidr is not implemented
            {"Ref":"Nobody"}                                        | Ref to Nobody
            {"Ref":"AWS::NotificationARNs"}                         | AWS::NotificationARNs
            {"Ref":"FromSsm"}                                       | SSM parameter store
            {"Ref":"NoDefault"}                                     | parameter NoDefault has no default
            {"Fn::GetAtt":["Stream","Color"]}                       | Stream has no attribute Color
            {"Fn::GetAtt":["Stream"]}                               | list of 2
            {"Fn::GetAtt":"Stream"}                                 | has no attribute
            {"Fn::Sub":"${Nobody}"}                                 | Ref to Nobody
            {"Fn::Sub":"${Zones}"}                                  | ${Zones} of Fn::Sub expected as a string
            {"Fn::Sub":{"a":1}}                                     | Fn::Sub needs a string
            {"Fn::Select":[2,["x","y"]]}                            | index 2 not in 0..1
            {"Fn::Select":["-1",["x","y"]]}                         | index -1
            {"Fn::Select":["0","x"]}                                | Fn::Select needs a list
            {"Fn::Split":["","a"]}                                  | delimiter is empty
            {"Fn::Join":["-",[{"a":1}]]}                            | part of Fn::Join expected as a string
            {"Fn::If":["Unknown",1,2]}                              | no condition Unknown
            {"Fn::FindInMap":["Sizes","us-east-1","shards"]}        | finds nothing
            {"Fn::ImportValue":"Other"}                             | no stack before this one exports Other
            {"Fn::GetStackOutput":{"StackName":"State","OutputName":"Nothing"}} | no stack State with an output Nothing
            {"Fn::GetStackOutput":{"StackName":"State","OutputName":"Bucket","Region":"us-east-1"}} | only eu-west-1
            {"Fn::GetAZs":"us-east-1"}                              | only eu-west-1
            {"Ref":"Size","Other":1}                                | must stand alone
            """)
    void aFunctionThatCannotBeServedSaysWhy(String template, String message) {
        assertThatThrownBy(() -> resolve(template)).isInstanceOf(TemplateException.class)
                .hasMessageContaining("stack Under").hasMessageContaining("Probe").hasMessageContaining(message);
    }

    @Test
    void theStackIdIsAnArnAndAlwaysTheSame() throws JsonProcessingException {
        assertThat(resolve("{\"Ref\":\"AWS::StackId\"}").asText())
                .matches("arn:aws:cloudformation:eu-west-1:000000000000:stack/Under/[0-9a-f-]{36}")
                .isEqualTo(resolve("{\"Ref\":\"AWS::StackId\"}").asText());
    }

    @Test
    void aListParameterSplitsAtCommas() throws JsonProcessingException {
        assertThat(resolve("{\"Fn::Select\":[1,{\"Ref\":\"Zones\"}]}").asText()).isEqualTo("b");
    }

    /// Deploys a stack with one resource more, `Probe`, that has the function in its properties, and reads what its provider was given.
    private static JsonNode resolve(String function) throws JsonProcessingException {
        JsonNode template = JSON.readTree("""
                {"Parameters":{"Size":{"Type":"Number","Default":"7"},"Zones":{"Type":"CommaDelimitedList","Default":"a, b"},
                   "FromSsm":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/path"},"NoDefault":{"Type":"String"}},
                 "Mappings":{"Sizes":{"eu-west-1":{"shards":4}}},
                 "Conditions":{"Big":{"Fn::And":[{"Fn::Equals":[{"Ref":"Size"},"7"]},{"Fn::Or":[{"Fn::Equals":["a","b"]},{"Fn::Not":[{"Condition":"Small"}]}]}]},
                   "Small":{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}},
                 "Resources":{"Stream":{"Type":"Test::Stream"},"Probe":{"Type":"Test::Probe","Properties":{"value":%s}}}}
                """.formatted(function));
        ResourceProvider stream = request -> Provisioned.simulated("stream-1", Map.of("Arn", "arn:stream-1", "Nested.Name", "deep"));
        var earlier = new StackDeployment.Earlier();
        earlier.exports().put("State:Stream", "imported");
        earlier.outputs().put("State", Map.of("Bucket", "lake"));
        var stack = new StackTemplate("Under", template, Map.of(), List.of());
        return new StackDeployment(stack, PARTITION, Map.of("Test::Stream", stream), earlier).run().stream()
                .filter(resource -> resource.logicalId().equals("Probe")).findFirst().orElseThrow().properties().path("value");
    }
}
