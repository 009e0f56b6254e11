package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.ResourceProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRulesTest {
    private static final String RULE_ARN = "arn:aws:events:eu-west-1:000000000000:rule/often";
    private static final String FUNCTION_ARN = "arn:aws:lambda:eu-west-1:000000000000:function:sweep";
    private static final String FUNCTION = """
            "Sweep":{"Type":"AWS::Lambda::Function","Properties":{"Code":{"S3Bucket":"assets","S3Key":"c0de.zip"},"FunctionName":"sweep",
             "Handler":"dev.Sweep","Role":"arn:aws:iam::0:role/r","Runtime":"java25"}},
            "Version":{"Type":"AWS::Lambda::Version","Properties":{"FunctionName":{"Ref":"Sweep"}}},
            "Alias":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"Sweep"},"FunctionVersion":{"Fn::GetAtt":["Version","Version"]},"Name":"live"}}""";
    private static final String RULE = """
            {"Type":"AWS::Events::Rule","Properties":{"Name":"often","ScheduleExpression":"rate(15 minutes)","State":"ENABLED",
             "Targets":[{"Id":"Target0","Arn":{"Ref":"Alias"}}]}}""";
    private static final String PERMISSION = """
            {"Type":"AWS::Lambda::Permission","Properties":{"Action":"lambda:InvokeFunction","FunctionName":{"Ref":"Alias"},
             "Principal":"events.amazonaws.com","SourceArn":{"Fn::GetAtt":["Rule","Arn"]}}}""";

    @TempDir
    private Path directory;
    private EventRules rules;

    @Test
    void aRuleInvokesTheFunctionBehindAnAliasAtItsRate() throws IOException {
        Deployment deployment = deploy(RULE, PERMISSION);

        assertThat(rules.schedules()).containsExactly(new ScheduleDefinition("often", RULE_ARN, Duration.ofMinutes(15),
                List.of(new ScheduleDefinition.Target(FUNCTION_ARN + ":live", "sweep"))));
        assertThat(deployment.notSimulated()).isEmpty();
        assertThat(deployment.notEnforced()).isEmpty();
    }

    @Test
    void aRuleMayNameTheFunctionItself() throws IOException {
        String sweepArn = "\"Fn::GetAtt\":[\"Sweep\",\"Arn\"]";
        deploy(RULE.replace("\"Ref\":\"Alias\"", sweepArn), PERMISSION.replace("\"Ref\":\"Alias\"", sweepArn));

        assertThat(rules.schedules().getFirst().targets()).containsExactly(new ScheduleDefinition.Target(FUNCTION_ARN, "sweep"));
    }

    @Test
    void aRuleThatMayNotInvokeItsTargetIsRefused() throws IOException {
        String message = "rule often may not invoke " + FUNCTION_ARN + ":live: the template has no AWS::Lambda::Permission for it";
        for (String other : List.of(PERMISSION.replace("\"Ref\":\"Alias\"", "\"Ref\":\"Sweep\""), PERMISSION.replace("events.", "iot."),
                PERMISSION.replace("{\"Fn::GetAtt\":[\"Rule\",\"Arn\"]}", "\"arn:aws:events:eu-west-1:000000000000:rule/seldom\""))) {
            deploy(RULE, other);
            assertThatThrownBy(() -> rules.schedules()).isInstanceOf(IllegalStateException.class).hasMessage(message);
        }
    }

    @Test
    void whatNobodyPlaysIsRefused() {
        refused(RULE.replace("rate(15 minutes)", "cron(0 12 * * ? *)"), "property ScheduleExpression expected as rate(1 minute|hour|day)", "came cron(0 12 * * ? *)");
        refused(RULE.replace("rate(15 minutes)", "rate(1 minutes)"), "came rate(1 minutes)");
        refused(RULE.replace("\"ScheduleExpression\":\"rate(15 minutes)\",", ""), "property ScheduleExpression expected as a string");
        refused(RULE.replace("\"Name\"", "\"EventPattern\":{\"source\":[\"aws.s3\"]},\"Name\""), "[EventPattern] are not implemented");
        refused(RULE.replace("\"Name\"", "\"EventBusName\":\"own\",\"Name\""), "[EventBusName] are not implemented");
        refused(RULE.replace("ENABLED", "DISABLED"), "property State expected as ENABLED");
        refused(RULE.replace("\"Id\"", "\"Input\":\"{}\",\"Id\""), "[Input] are not implemented");
        refused(RULE.replace("\"Id\"", "\"RetryPolicy\":{\"MaximumRetryAttempts\":1},\"Id\""), "[RetryPolicy] are not implemented");
        refused(RULE.replace("{\"Ref\":\"Alias\"}", "\"arn:aws:sqs:eu-west-1:000000000000:queue\""), "a function, version or alias of the template, came arn:aws:sqs");
        refused(RULE.replace("{\"Ref\":\"Alias\"}", "\"arn:aws:lambda:eu-west-1:000000000001:function:sweep\""), "a function, version or alias of the template");
        refused(RULE.replaceAll("\\[.*]", "[]"), "property Targets expected as one or more");
    }

    private void refused(String rule, String... message) {
        assertThatThrownBy(() -> deploy(rule, PERMISSION)).hasMessageContainingAll(message);
    }

    private Deployment deploy(String rule, String permission) throws IOException {
        OneStack stack = OneStack.of(directory, "{%s,\"Rule\":%s,\"Permission\":%s}".formatted(FUNCTION, rule, permission));
        var lambda = new LambdaResources(stack.assembly());
        rules = new EventRules(lambda);
        Map<String, ResourceProvider> providers = new HashMap<>(lambda.providers());
        providers.putAll(rules.providers());
        return stack.deploy(providers);
    }
}
