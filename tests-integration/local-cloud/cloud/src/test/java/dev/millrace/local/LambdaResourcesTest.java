package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.template.Deployment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaResourcesTest {
    private static final String FUNCTION = """
            {"Type":"AWS::Lambda::Function","Properties":{"Architectures":["arm64"],"Code":{"S3Bucket":"assets","S3Key":"c0de.zip"},
             "Environment":{"Variables":{"LAKE_BUCKET":"lake"}},"FunctionName":"ingest","Handler":"dev.Ingest","MemorySize":1024,"Role":"arn:aws:iam::0:role/r",
             "Runtime":"java25","SnapStart":{"ApplyOn":"PublishedVersions"},"Timeout":60}}""";
    private static final String VERSION = "{\"Type\":\"AWS::Lambda::Version\",\"Properties\":{\"FunctionName\":{\"Ref\":\"Ingest\"}}}";
    private static final String ALIAS = """
            {"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"Ingest"},"FunctionVersion":{"Fn::GetAtt":["Version","Version"]},"Name":"live"}}""";
    private static final String MAPPING = """
            {"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":1000,"BisectBatchOnFunctionError":true,
             "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:s3:::failures"}},"EventSourceArn":"arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry",
             "FunctionName":{"Fn::Join":["",[{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"Alias"}]}]},":live"]]},
             "FunctionResponseTypes":["ReportBatchItemFailures"],"MaximumBatchingWindowInSeconds":1,"MaximumRecordAgeInSeconds":601200,
             "MaximumRetryAttempts":20,"MetricsConfig":{"Metrics":["EventCount"]},"ParallelizationFactor":2,"StartingPosition":"TRIM_HORIZON"}}""";

    @TempDir
    private Path directory;
    private LambdaResources lambda;

    @Test
    void aMappingOnAnAliasReachesTheFunctionBehindIt() throws IOException {
        deploy("{\"Mapping\":%s,\"Alias\":%s,\"Version\":%s,\"Ingest\":%s}".formatted(MAPPING, ALIAS, VERSION, FUNCTION));

        assertThat(lambda.functions()).containsExactly(new FunctionDefinition("ingest", "arn:aws:lambda:eu-west-1:000000000000:function:ingest:1",
                directory.resolve("code.zip"), "dev.Ingest", 1024, Duration.ofSeconds(60), "arn:aws:iam::0:role/r", "/aws/lambda/ingest",
                Map.of("LAKE_BUCKET", "lake")));
        MappingDefinition mapping = lambda.mappings().getFirst();
        assertThat(mapping).isEqualTo(new MappingDefinition(mapping.id(), "ingest", "arn:aws:lambda:eu-west-1:000000000000:function:ingest:live",
                "arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry", "TRIM_HORIZON", 1000, Duration.ofSeconds(1), 2, true, 20,
                Optional.of(Duration.ofSeconds(601_200)), true, Optional.of("failures")));
        assertThat(mapping.streamName()).isEqualTo("telemetry");
    }

    @Test
    void whatAMappingDoesNotSayIsAsCloudFormationHasIt() throws IOException {
        deploy("""
                {"Ingest":%s,"Mapping":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":{"Fn::GetAtt":["Ingest","Arn"]},
                 "EventSourceArn":"arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry","StartingPosition":"LATEST"}}}""".formatted(FUNCTION));

        MappingDefinition mapping = lambda.mappings().getFirst();
        assertThat(mapping).isEqualTo(new MappingDefinition(mapping.id(), "ingest", "arn:aws:lambda:eu-west-1:000000000000:function:ingest",
                mapping.streamArn(), "LATEST", 100, Duration.ZERO, 1, false, -1, Optional.empty(), false, Optional.empty()));
    }

    @Test
    void whatTheHostCannotDoIsRefused() throws IOException {
        refused(FUNCTION.replace("java25", "java21"), "", "property Runtime expected as java25");
        refused(FUNCTION.replace("\"Timeout\"", "\"VpcConfig\":{},\"Timeout\""), "", "[VpcConfig] are not implemented");
        refused(FUNCTION.replace("c0de.zip", "gone.zip"), "", "no asset with the object key gone.zip");
        refused(FUNCTION, MAPPING.replace("\"Ref\":\"Alias\"", "\"Fn::GetAtt\":[\"Ingest\",\"Arn\"]"), "a function, version or alias of the template, of [ingest], came ingest:live");
        refused(FUNCTION, mapping("\"FunctionName\":\"ingest\",\"FilterCriteria\":{}"), "[FilterCriteria] are not implemented");
        refused(FUNCTION, mapping("\"FunctionName\":\"ingest\",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:sqs:x:1:q\"}}"), "the ARN of an S3 bucket");
        refused(FUNCTION, mapping("\"FunctionName\":\"ingest\",\"Enabled\":false"), "has no mapping that waits");
        refused(FUNCTION, "{\"Type\":\"AWS::Lambda::Alias\",\"Properties\":{\"FunctionName\":\"ingest\",\"FunctionVersion\":\"7\",\"Name\":\"live\"},\"DependsOn\":\"Ingest\"}",
                "a published version of ingest, came 7");
    }

    @Test
    void aHelperInAnotherLanguageIsListedAndNotRun() throws IOException {
        Deployment deployment = deploy("{\"Helper\":" + FUNCTION.replace("java25", "nodejs24.x") + "}");

        assertThat(lambda.functions()).isEmpty();
        assertThat(deployment.notSimulated()).hasToString("[AWS::Lambda::Function Flow/Helper]");
    }

    @Test
    void twoFunctionsHaveTwoAccessKeysOfLettersAndDigits() throws IOException {
        deploy("{\"A\":%s,\"B\":%s}".formatted(FUNCTION, FUNCTION.replace("\"ingest\"", "\"my-archive_2\"")));

        assertThat(lambda.functions().stream().map(FunctionDefinition::accessKeyId)).containsExactly("LOCALingest", "LOCALmyarchive2");
        assertThatThrownBy(() -> deploy("{\"A\":%s,\"B\":%s}".formatted(FUNCTION, FUNCTION.replace("\"ingest\"", "\"in-gest\""))))
                .hasMessageContaining("a name that differs from ingest by a letter or digit, came in-gest");
    }

    private static String mapping(String more) {
        return """
                {"Type":"AWS::Lambda::EventSourceMapping","DependsOn":"Ingest","Properties":{"EventSourceArn":"arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry",
                 "StartingPosition":"LATEST",%s}}""".formatted(more);
    }

    private void refused(String function, String other, String message) {
        String resources = "{\"Ingest\":%s%s}".formatted(function, other.isEmpty() ? "" : ",\"Other\":" + other);
        assertThatThrownBy(() -> deploy(resources)).hasMessageContaining(message);
    }

    private Deployment deploy(String resources) throws IOException {
        OneStack stack = OneStack.of(directory, resources);
        lambda = new LambdaResources(stack.assembly());
        return stack.deploy(lambda.providers());
    }
}
