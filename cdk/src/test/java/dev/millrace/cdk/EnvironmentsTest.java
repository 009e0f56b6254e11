package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EnvironmentsTest {
    /// Names inside of something that has a name of its own.
    private static final Set<String> INNER = Set.of("AWS::Timestream::Table.TableName", "AWS::Lambda::Alias.Name", "AWS::IAM::Policy.PolicyName",
            "AWS::Athena::NamedQuery.Name", "AWS::CloudWatch::Alarm.MetricName", "AWS::SNS::Topic.DisplayName");

    @Test
    void twoEnvironmentsInOneAccountShareNoName() {
        Set<String> one = names(Synth.synthesize(Map.of("environment", "one", "customerKey", "true")));
        Set<String> two = names(Synth.synthesize(Map.of("environment", "two", "customerKey", "true")));

        assertThat(one).hasSameSizeAs(two).hasSizeGreaterThan(40).doesNotContainAnyElementsOf(two);
        assertThat(one).contains("AWS::IoT::TopicRule.RuleName=millrace_one_telemetry", "AWS::Timestream::Database.DatabaseName=millrace-one",
                "AWS::Glue::Database=millrace_one", "AWS::Athena::WorkGroup.Name=millrace-one", "AWS::KMS::Alias.AliasName=alias/millrace-one",
                "AWS::IoT::ProvisioningTemplate.TemplateName=millrace-one-device", "AWS::CloudWatch::Dashboard.DashboardName=millrace-one");
    }

    private static Set<String> names(Synth.Templates templates) {
        Set<String> names = new TreeSet<>();
        for (JsonNode template : new JsonNode[] {templates.state(), templates.flow()}) {
            template.get("Resources").forEach(resource -> {
                String type = resource.get("Type").asText();
                resource.path("Properties").properties().forEach(property -> {
                    String name = type + "." + property.getKey();
                    if (property.getKey().endsWith("Name") && property.getValue().isTextual() && !INNER.contains(name)) {
                        names.add(name + "=" + property.getValue().asText());
                    }
                });
                if (resource.at("/Properties/DatabaseInput/Name").isTextual()) {
                    names.add(type + "=" + resource.at("/Properties/DatabaseInput/Name").asText());
                }
            });
            template.get("Outputs").forEach(output -> {
                if (output.has("Export")) {
                    names.add("export " + output.get("Export").get("Name").asText());
                }
            });
        }
        return names;
    }
}
