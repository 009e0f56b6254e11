package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.template.CloudAssembly;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.timestream.LocalTimestream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceProvidersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void aStreamAndItsArn() throws IOException {
        var kinesis = new LocalKinesis("eu-west-1", "000000000000", InstantSource.system());
        Deployment deployment = OneStack.of(directory, """
                {"Stream":{"Type":"AWS::Kinesis::Stream","Properties":{"RetentionPeriodHours":168,"ShardCount":2,"StreamModeDetails":{"StreamMode":"PROVISIONED"}}}}""")
                .deploy(Map.of("AWS::Kinesis::Stream", new KinesisStreams(kinesis)));

        String name = deployment.resources().getFirst().provisioned().ref();
        assertThat(name).matches("Flow-Stream-[0-9A-Z]{12}");
        assertThat(deployment.resources().getFirst().provisioned().attributes()).containsEntry("Arn", "arn:aws:kinesis:eu-west-1:000000000000:stream/" + name);
        assertThat(kinesis.shards(name)).hasSize(2);
        assertThatThrownBy(() -> OneStack.of(directory, "{\"S\":{\"Type\":\"AWS::Kinesis::Stream\",\"Properties\":{\"StreamModeDetails\":{\"StreamMode\":\"ON_DEMAND\"}}}}")
                .deploy(Map.of("AWS::Kinesis::Stream", new KinesisStreams(kinesis)))).hasMessageContaining("PROVISIONED, the only mode");
    }

    @Test
    void aTimestreamTableWithItsKeyAndWhatIsMissing() throws IOException {
        try (var timestream = new LocalTimestream("eu-west-1", "000000000000", InstantSource.system())) {
            Deployment deployment = OneStack.of(directory, """
                    {"Table":{"Type":"AWS::Timestream::Table","Properties":{"DatabaseName":{"Ref":"Db"},"TableName":"readings",
                      "MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"b"}}},
                      "RetentionProperties":{"MemoryStoreRetentionPeriodInHours":"24","MagneticStoreRetentionPeriodInDays":"365"},
                      "Schema":{"CompositePartitionKey":[{"EnforcementInRecord":"REQUIRED","Name":"thing","Type":"DIMENSION"}]}}},
                     "Db":{"Type":"AWS::Timestream::Database","Properties":{"DatabaseName":"hot"}}}""").deploy(new TimestreamResources(timestream).providers());

            assertThat(deployment.resources().getLast().provisioned().attributes()).isEqualTo(
                    Map.of("Arn", "arn:aws:timestream:eu-west-1:000000000000:database/hot/table/readings", "Name", "readings"));
            assertThat(deployment.gaps()).containsExactly("AWS::Timestream::Table: MagneticStoreRejectedDataLocation");
            // it is really there
            assertThatThrownBy(() -> timestream.createDatabase("hot")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTableIsCreatedAsTheTemplateSays() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer dynamoDb = server(requests, "{\"TableDescription\":{\"TableId\":\"id-1\"},\"TimeToLiveSpecification\":{}}");
        URI endpoint = URI.create("http://127.0.0.1:" + dynamoDb.getAddress().getPort());
        try (var clients = new StoreClients("eu-west-1", endpoint, endpoint)) {
            var tables = new DynamoDbTables(clients.dynamoDb());
            Deployment deployment = OneStack.of(directory, """
                    {"States":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"TableName":"states","BillingMode":"PAY_PER_REQUEST",
                      "AttributeDefinitions":[{"AttributeName":"thing","AttributeType":"S"}],"KeySchema":[{"AttributeName":"thing","KeyType":"HASH"}],
                      "GlobalSecondaryIndexes":[{"IndexName":"by","KeySchema":[{"AttributeName":"thing","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],
                      "Replicas":[{"Region":"eu-west-1"}],"TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}}}""")
                    .deploy(Map.of("AWS::DynamoDB::GlobalTable", tables));

            JsonNode created = JSON.readTree(requests.get(0));
            assertThat(created.path("TableName").asText()).isEqualTo("states");
            assertThat(created.path("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
            assertThat(created.path("KeySchema")).isEqualTo(JSON.readTree("[{\"AttributeName\":\"thing\",\"KeyType\":\"HASH\"}]"));
            assertThat(created.path("GlobalSecondaryIndexes").path(0).path("IndexName").asText()).isEqualTo("by");
            assertThat(JSON.readTree(requests.get(1)).path("TimeToLiveSpecification").path("AttributeName").asText()).isEqualTo("ttl");
            assertThat(deployment.resources().getFirst().provisioned().attributes())
                    .isEqualTo(Map.of("Arn", "arn:aws:dynamodb:eu-west-1:000000000000:table/states", "TableId", "id-1"));
            assertThatThrownBy(() -> OneStack.of(directory, "{\"T\":{\"Type\":\"AWS::DynamoDB::GlobalTable\",\"Properties\":{\"Replicas\":[{},{}]}}}")
                    .deploy(Map.of("AWS::DynamoDB::GlobalTable", tables))).hasMessageContaining("the local cloud has only one");
        } finally {
            dynamoDb.stop(0);
        }
    }

    @Test
    void aBucketIsCreatedAndItsLifecycleIsListedAsMissing() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer s3 = server(requests, "");
        URI endpoint = URI.create("http://127.0.0.1:" + s3.getAddress().getPort());
        try (var clients = new StoreClients("eu-west-1", endpoint, endpoint)) {
            Deployment deployment = OneStack.of(directory, """
                    {"Lake":{"Type":"AWS::S3::Bucket","Properties":{"BucketEncryption":{},"LifecycleConfiguration":{"Rules":[]},"VersioningConfiguration":{"Status":"Enabled"}}}}""")
                    .deploy(Map.of("AWS::S3::Bucket", new S3Buckets(clients.s3())));

            String name = deployment.resources().getFirst().provisioned().ref();
            assertThat(name).matches("flow-lake-[0-9a-z]{12}");
            assertThat(requests).hasSize(1);
            assertThat(deployment.gaps()).containsExactly("AWS::S3::Bucket: LifecycleConfiguration, VersioningConfiguration");
        } finally {
            s3.stop(0);
        }
    }

    @Test
    void theConfigurationOfIotCoreHasPoliciesRulesAndThings() throws IOException {
        var iot = new IotResources();
        OneStack.of(directory, """
                {"Policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"device","PolicyDocument":{"Version":"2012-10-17"}}},
                 "Rule":{"Type":"AWS::IoT::TopicRule","Properties":{"TopicRulePayload":{"Sql":"SELECT * FROM 'dt/+/+'","Actions":[]}}}}""").deploy(iot.providers());

        JsonNode configuration = iot.configuration(8883, "eu-west-1", "000000000000", URI.create("http://127.0.0.1:4566"), directory, List.of("truck-1"));

        assertThat(configuration.path("policies")).isEqualTo(JSON.readTree("[{\"name\":\"device\",\"document\":{\"Version\":\"2012-10-17\"}}]"));
        assertThat(configuration.path("rules").path(0).path("name").asText()).matches("Flow_Rule_[0-9A-Z]{12}");
        assertThat(configuration.path("rules").path(0).path("payload").path("Sql").asText()).isEqualTo("SELECT * FROM 'dt/+/+'");
        assertThat(configuration.path("fleet")).isEqualTo(JSON.readTree("{\"policy\":\"device\",\"things\":[\"truck-1\"]}"));
        assertThat(configuration.path("port").asInt()).isEqualTo(8883);
        assertThatThrownBy(() -> new IotResources().configuration(0, "r", "a", URI.create("http://h"), directory, List.of("truck-1")))
                .hasMessageContaining("no AWS::IoT::Policy");
    }

    @Test
    void thingsHaveThePolicyThatAProvisioningTemplateWouldGiveThem() throws IOException {
        var iot = new IotResources();
        Deployment deployment = OneStack.of(directory, """
                {"AClaim":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"claim","PolicyDocument":{"Version":"2012-10-17"}}},
                 "Device":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"device","PolicyDocument":{"Version":"2012-10-17"}}},
                 "Template":{"Type":"AWS::IoT::ProvisioningTemplate","Properties":{"TemplateName":"things","Enabled":true,"TemplateType":"FLEET_PROVISIONING",
                   "ProvisioningRoleArn":"arn:r","PreProvisioningHook":{"TargetArn":"arn:hook","PayloadVersion":"2020-04-01"},
                   "TemplateBody":{"Fn::Join":["",["{\\"Resources\\":{\\"p\\":{\\"Type\\":\\"AWS::IoT::Policy\\",\\"Properties\\":{\\"PolicyName\\":\\"",{"Ref":"Device"},"\\"}}}}"]]}}}}""")
                .deploy(iot.providers());

        JsonNode configuration = iot.configuration(0, "eu-west-1", "000000000000", URI.create("http://h"), directory, List.of("truck-1"));

        assertThat(configuration.path("fleet").path("policy").asText()).isEqualTo("device");
        assertThat(configuration.path("templates").path(0).path("hook").asText()).isEqualTo("arn:hook");
        assertThat(deployment.ofType("AWS::IoT::ProvisioningTemplate").getFirst().provisioned().attributes())
                .containsEntry("TemplateArn", "arn:aws:iot:eu-west-1:000000000000:provisioningtemplate/things");
        assertThatThrownBy(() -> iot.requirePermitted(new LambdaResources(CloudAssembly.read(directory)))).hasMessageContaining("AWS IoT may not invoke arn:hook");
        assertThatThrownBy(() -> OneStack.of(directory, "{\"T\":{\"Type\":\"AWS::IoT::ProvisioningTemplate\",\"Properties\":{\"Enabled\":true,\"TemplateBody\":\"{}\"}}}")
                .deploy(new IotResources().providers())).hasMessageContaining("TargetArn");
    }

    @Test
    void keptResourcesHaveTheNamesThatOthersReferTo() throws IOException {
        Deployment deployment = OneStack.of(directory, """
                {"Logs":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"/aws/x"}},
                 "Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"ingest"}}}""").deploy(KeptResources.providers());

        assertThat(deployment.resources().stream().map(resource -> resource.provisioned().ref())).containsExactly("/aws/x", "ingest");
        assertThat(deployment.ofType("AWS::Logs::LogGroup").getFirst().provisioned().attributes())
                .containsEntry("Arn", "arn:aws:logs:eu-west-1:000000000000:log-group:/aws/x:*");
        assertThat(deployment.roles().getFirst().arn()).isEqualTo("arn:aws:iam::000000000000:role/ingest");
        assertThat(deployment.notEnforced()).isEmpty();
        assertThat(deployment.notSimulated()).hasToString("[AWS::Logs::LogGroup Flow/Logs]");
    }

    /// Keeps the bodies of all requests and gives the same answer to each.
    private static HttpServer server(List<String> requests, String answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
