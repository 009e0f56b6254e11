package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Partition;
import dev.millrace.local.template.TemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {
    private static final String ROLE = "arn:aws:iam::000000000000:role/ingest";
    private static final String STREAM = "arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry";
    private static final String RESOURCES = """
            {"Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"ingest","AssumeRolePolicyDocument":
              {"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}}},
             "Policy":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"p","Roles":[{"Ref":"Role"}],"PolicyDocument":{"Statement":[
              {"Effect":"Allow","Action":["kinesis:DescribeStream","kinesis:DescribeStreamSummary","kinesis:GetRecords","kinesis:GetShardIterator","kinesis:ListShards"],
               "Resource":"arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry"},
              {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::failures"},
              {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::failures/aws/lambda/*"},
              {"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:eu-west-1:000000000000:log-group:/ingest:*"}]}}}}""";
    private static final FunctionDefinition INGEST = new FunctionDefinition("ingest", "arn:aws:lambda:eu-west-1:000000000000:function:ingest:1", Path.of("i.zip"),
            "dev.Ingest", 1024, Duration.ofSeconds(60), ROLE, "/ingest", Map.of());
    private static final MappingDefinition MAPPING = new MappingDefinition("uuid", "ingest", INGEST.arn(), STREAM, "LATEST", 100, Duration.ZERO, 1, true, 20,
            Optional.empty(), true, Optional.of("failures"));

    @TempDir
    private Path directory;

    @Test
    void aRoleWithAllItsRightsWillDo() throws IOException {
        Roles roles = roles(RESOURCES);

        assertThatCode(() -> roles.requireMayRead(INGEST, MAPPING)).doesNotThrowAnyException();
        assertThat(roles.mayLog(INGEST)).isTrue();
        assertThat(roles.mayLog(new FunctionDefinition("other", INGEST.arn(), INGEST.zip(), "h", 128, Duration.ofSeconds(3), ROLE, "/other", Map.of()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinesis:DescribeStream\"", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
        "s3:ListBucket", "s3:PutObject"})
    void aMappingIsNotMadeWithoutOneOfTheRightsThatLambdaAsksFor(String right) throws IOException {
        Roles roles = roles(RESOURCES.replace(right, right.endsWith("\"") ? "x:y\"" : "x:y"));

        assertThatThrownBy(() -> roles.requireMayRead(INGEST, MAPPING)).isInstanceOf(TemplateException.class)
                .hasMessageContaining("mapping uuid of function ingest cannot be made").hasMessageContaining(right.replace("\"", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs:CreateLogStream", "logs:PutLogEvents"})
    void aFunctionThatMayNotLogIsKnown(String right) throws IOException {
        assertThat(roles(RESOURCES.replace(right, "x:y")).mayLog(INGEST)).isFalse();
    }

    @Test
    void aServiceThatTheRoleDoesNotTrustCannotTakeIt() throws IOException {
        Roles roles = roles(RESOURCES);

        assertThatThrownBy(() -> roles.take("topic rule a", ROLE, "iot.amazonaws.com", "arn:aws:iot:eu-west-1:000000000000:rule/a")).isInstanceOf(TemplateException.class)
                .hasMessage("topic rule a: role %s may not be assumed by iot.amazonaws.com for arn:aws:iot:eu-west-1:000000000000:rule/a".formatted(ROLE));
        assertThatThrownBy(() -> roles.take("topic rule a", "arn:aws:iam::000000000000:role/none", "iot.amazonaws.com", "b")).hasMessageContaining("no role");
    }

    @Test
    void aManagedPolicyThatNobodyKnowsHereIsRefused() throws IOException {
        Roles roles = roles(RESOURCES.replace("\"RoleName\":\"ingest\"", "\"RoleName\":\"ingest\",\"ManagedPolicyArns\":[\"arn:aws:iam::aws:policy/AmazonS3FullAccess\"]"));

        assertThatThrownBy(() -> roles.of(INGEST)).isInstanceOf(TemplateException.class).hasMessageContaining("AmazonS3FullAccess");
    }

    private Roles roles(String resources) throws IOException {
        Deployment deployment = OneStack.of(directory, resources).deploy(KeptResources.providers());
        return new Roles(deployment, new Partition("eu-west-1", "000000000000"));
    }
}
