package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cost.Fleet;
import dev.millrace.events.DeviceTypes;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class DoctorTest {
    private static final Path CDK_JSON = Path.of("../../../cdk/cdk.json");
    private static final AwsCredentialsProvider ADA = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDADA", "secret"));

    @TempDir
    private Path directory;
    private FakeAws aws;

    @BeforeEach
    void start() throws Exception {
        aws = new FakeAws("eu-west-1");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void whereAllIsWellNothingIsFoundAndEveryCallIsSignedForItsService() throws Exception {
        List<Finding> findings = examine("PROVISIONED", fleet(1_000, 1, 1));

        assertThat(findings).allSatisfy(finding -> assertThat(finding.level()).as(finding.line()).isEqualTo(Finding.Level.ok));
        assertThat(findings).extracting(Finding::line).anyMatch(line -> line.contains("account 111122223333 as arn:aws:iam::111122223333:user/ada"))
                .anyMatch(line -> line.contains("a1b2c3-ats.iot.eu-west-1.amazonaws.com")).anyMatch(line -> line.contains("1,000 publishes a second are needed, 40,000 allowed (by Service Quotas)"));
        assertThat(aws.calls()).contains("sts:GetCallerIdentity", "ssm:GetParameter", "cloudformation:DescribeStacks", "timestream:DescribeEndpoints",
                "glue:GetDatabase", "iot:DescribeEndpoint", "kinesis:DescribeLimits", "lambda:GetAccountSettings", "servicequotas:ListServiceQuotas");
    }

    @Test
    void withoutCredentialsNothingIsAskedAndTheTemplateIsStillExamined() throws Exception {
        AwsCredentialsProvider nobody = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };

        List<Finding> findings = new Doctor(nobody, environment("eu-west-1"), Duration.ofSeconds(5), CDK_JSON).examine(assembly("PROVISIONED"), Optional.empty());

        assertThat(failed(findings)).singleElement().asString().contains("credentials", "none found", "aws configure sso");
        assertThat(findings).extracting(Finding::check).contains("template");
        assertThat(aws.calls()).isEmpty();
    }

    @Test
    void credentialsThatHaveExpiredAreNamed() throws Exception {
        aws.refuse("sts:GetCallerIdentity", 403, "ExpiredToken", "The security token included in the request is expired");

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).singleElement().asString().contains("credentials", "403 ExpiredToken", "aws sso login");
    }

    @Test
    void anAccountThatIsNotBootstrappedIsToldHow() throws Exception {
        aws.refuse("ssm:GetParameter", 400, "ParameterNotFound", "");

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).singleElement().asString().contains("bootstrap", "has not been bootstrapped", "npx cdk bootstrap aws://111122223333/eu-west-1");
    }

    @Test
    void aBootstrapThatIsTooOldIsNamedWithBothVersions() throws Exception {
        aws.json("ssm:GetParameter", "{\"Parameter\":{\"Value\":\"5\"}}");

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).singleElement().asString().contains("bootstrap", "version 5, at least 6 is needed");
    }

    @Test
    void anAccountThatTimestreamDoesNotTakeIsToldToDoWithout() throws Exception {
        aws.refuse("timestream:DescribeEndpoints", 403, "AccessDeniedException",
                "Only existing Timestream for LiveAnalytics customers can access the service. Reach out to AWS support, for more information.");

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).singleElement().asString().contains("timestream", "closed to accounts", "-c hotStore=none");
    }

    @Test
    void aDenialOfTheCallersOwnRightsIsNotTakenForTimestreamsClosedDoor() throws Exception {
        aws.refuse("timestream:DescribeEndpoints", 403, "AccessDeniedException",
                "User: arn:aws:iam::111122223333:user/ada is not authorized to perform: timestream:DescribeEndpoints");

        List<Finding> findings = examine("PROVISIONED", Optional.empty());

        assertThat(failed(findings)).isEmpty();
        assertThat(findings).extracting(Finding::line).anyMatch(line -> line.startsWith("unknown  timestream") && line.contains("let your role make this call"));
    }

    @Test
    void aRegionWithoutTimestreamIsNamedBeforeAnythingIsAskedOfIt() throws Exception {
        aws.close();
        aws = new FakeAws("eu-north-1");

        List<Finding> findings = new Doctor(ADA, environment("eu-north-1"), Duration.ofSeconds(5), CDK_JSON).examine(assembly("PROVISIONED"), Optional.empty());

        assertThat(failed(findings)).singleElement().asString().contains("timestream", "not in eu-north-1, only in", "eu-central-1, eu-west-1", "-c hotStore=none");
        assertThat(aws.calls()).doesNotContain("timestream:DescribeEndpoints");
    }

    @Test
    void quotasThatAreTooSmallAreNamedWithWhatIsNeeded() throws Exception {
        aws.json("kinesis:DescribeLimits", "{\"ShardLimit\":200,\"OpenShardCount\":199}");
        aws.json("lambda:GetAccountSettings", "{\"AccountLimit\":{\"ConcurrentExecutions\":10,\"UnreservedConcurrentExecutions\":4}}");
        aws.json("servicequotas:ListServiceQuotas", "{\"Quotas\":[" + FakeAws.quota("Maximum concurrent client connections per account", 1_000) + "]}");

        List<String> failed = failed(examine("PROVISIONED", fleet(5_000, 1, 1)));

        assertThat(failed).anySatisfy(line -> assertThat(line).contains("shards", "2 in the template, the load needs 8", "-c shards=8"))
                .anySatisfy(line -> assertThat(line).contains("kinesis", "199 of 200 shards are open, 2 more are needed", "ask for 201"))
                .anySatisfy(line -> assertThat(line).contains("lambda", "4 of 10 concurrent executions are not reserved, up to 5 are needed"))
                .anySatisfy(line -> assertThat(line).contains("iot quotas", "5,000 connections are needed, 1,000 allowed (1 of 4 by Service Quotas"));
        assertThat(failed).hasSize(4);
    }

    @Test
    void theDefaultsOfTheRegionHoldWhereServiceQuotasCannotBeAsked() throws Exception {
        aws.refuse("servicequotas:ListServiceQuotas", 403, "AccessDeniedException", "not authorized");

        List<Finding> findings = examine("ON_DEMAND", fleet(18_000, 1, 1));

        assertThat(failed(findings)).isEmpty();
        assertThat(findings).extracting(Finding::line).anyMatch(line -> line.startsWith("warn") && line.contains("18,000 publishes a second are needed, 20,000 allowed (the region's defaults)"))
                .anyMatch(line -> line.startsWith("unknown  iot quotas"));
    }

    @Test
    void anUpdateDoesNotNeedTheShardsThatItHas() throws Exception {
        aws.stacks("UPDATE_COMPLETE", true).json("kinesis:DescribeLimits", "{\"ShardLimit\":10,\"OpenShardCount\":10}");

        List<Finding> findings = examine("PROVISIONED", Optional.empty());

        assertThat(failed(findings)).isEmpty();
        assertThat(findings).extracting(Finding::line).anyMatch(line -> line.contains("10 of 10 shards are open, 0 more are needed"));
        assertThat(aws.calls()).as("only a new deployment makes databases").doesNotContain("glue:GetDatabase");
    }

    @Test
    void aStackThatCannotBeUpdatedIsNamedWithWhatFreesIt() throws Exception {
        aws.stacks("ROLLBACK_COMPLETE", false);

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).first().asString()
                .contains("Millrace-prod-State is ROLLBACK_COMPLETE", "aws cloudformation delete-stack --stack-name Millrace-prod-State");
    }

    @Test
    void aDatabaseThatAnEarlierDeploymentLeftIsInTheWay() throws Exception {
        aws.json("glue:GetDatabase", "{\"Database\":{\"Name\":\"millrace_prod\"}}");

        assertThat(failed(examine("PROVISIONED", Optional.empty()))).singleElement().asString().contains("names", "millrace_prod is left from an earlier deployment");
    }

    @Test
    void whatIsNotSimulatedIsUnknownAndNoFailure() throws Exception {
        for (String call : List.of("sts:GetCallerIdentity", "ssm:GetParameter", "cloudformation:DescribeStacks", "iot:DescribeEndpoint", "lambda:GetAccountSettings",
                "servicequotas:ListServiceQuotas", "kinesis:DescribeLimits")) {
            aws.refuse(call, 501, "NotSimulated", "the local cloud does not simulate it");
        }

        List<Finding> findings = examine("PROVISIONED", fleet(100, 1, 1));

        assertThat(failed(findings)).isEmpty();
        assertThat(findings).filteredOn(finding -> finding.level() == Finding.Level.unknown).hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(finding -> assertThat(finding.line()).contains("not simulated by the local cloud"));
    }

    @Test
    void aServiceThatDoesNotAnswerIsToldInWordsAfterTheTimeout() throws Exception {
        // it accepts connections and says nothing
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = Map.of("AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL", aws.endpoint(), "AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:" + silent.getLocalPort());

            List<Finding> findings = new Doctor(ADA, environment, Duration.ofSeconds(1), CDK_JSON).examine(assembly("PROVISIONED"), Optional.empty());

            assertThat(findings).extracting(Finding::line).anyMatch(line -> line.startsWith("unknown  bootstrap") && line.contains("ssm:GetParameter: no answer within 1 s from http://127.0.0.1:"));
        }
    }

    private List<Finding> examine(String streamMode, Optional<Fleet> load) throws Exception {
        return new Doctor(ADA, environment("eu-west-1"), Duration.ofSeconds(5), CDK_JSON).examine(assembly(streamMode), load);
    }

    private Assembly assembly(String streamMode) throws Exception {
        return Assembly.read(SmallAssembly.write(directory.resolve("cdk.out"), streamMode));
    }

    private Map<String, String> environment(String region) {
        return Map.of("AWS_REGION", region, "AWS_ENDPOINT_URL", aws.endpoint());
    }

    private static Optional<Fleet> fleet(long things, double intervalSeconds, int pack) {
        return Optional.of(new Fleet(things, intervalSeconds, pack, DeviceTypes.shipped().require("truck"), Fleet.Format.json));
    }

    private static List<String> failed(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.level() == Finding.Level.FAIL).map(Finding::line).toList();
    }
}
