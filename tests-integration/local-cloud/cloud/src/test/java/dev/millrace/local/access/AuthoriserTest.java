package dev.millrace.local.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.local.frontdoor.FrontDoor;
import dev.millrace.local.iam.RoleRights;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

/// Calls as AWS's own clients make them, and which rights a role needs for each: found by giving it those that it is denied
/// for, one after the other, until the call passes.
class AuthoriserTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROLE = "arn:aws:iam::000000000000:role/ingest";
    private static final Pattern DENIED = Pattern.compile(".*to perform: (\\S+) on resource: (.+?) because no .*", Pattern.DOTALL);

    private final Authoriser authoriser = new Authoriser();
    private final List<String> bodies = new ArrayList<>();
    private Map<String, String> rejects = Map.of();
    private Set<String> objects = Set.of();
    private FrontDoor door;

    @BeforeEach
    void open() throws IOException {
        HttpHandler empty = exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
            exchange.getResponseHeaders().set("Content-Type", type);
            // an object without members, in each format
            byte[] answer = type.contains("cbor") ? new byte[] {(byte) 0xa0} : type.contains("json") ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        };
        Map<String, HttpHandler> services = new HashMap<>();
        List.of("s3", "dynamodb", "kinesis", "glue", "timestream", "monitoring").forEach(service -> services.put(service, empty));
        door = FrontDoor.open(0, services, authoriser, List.of(), List.of());
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void s3() {
        try (S3Client s3 = client(S3Client.builder().forcePathStyle(true))) {
            objects = Set.of("lake/a b+c/ä.parquet");
            assertThat(needs(() -> s3.getObjectAsBytes(get -> get.bucket("lake").key("a b+c/ä.parquet")))).containsExactly("s3:GetObject arn:aws:s3:::lake/a b+c/ä.parquet");
            assertThat(needs(() -> s3.putObject(put -> put.bucket("lake").key("a"), RequestBody.fromString("x")))).containsExactly("s3:PutObject arn:aws:s3:::lake/a");
            assertThat(needs(() -> s3.putObject(put -> put.bucket("lake").key("a").tagging("b=c"), RequestBody.fromString("x"))))
                    .containsExactly("s3:PutObject arn:aws:s3:::lake/a", "s3:PutObjectTagging arn:aws:s3:::lake/a");
            assertThat(needs(() -> s3.deleteObject(delete -> delete.bucket("lake").key("a")))).containsExactly("s3:DeleteObject arn:aws:s3:::lake/a");
            assertThat(needs(() -> s3.deleteObjects(delete -> delete.bucket("lake").delete(all -> all.objects(
                    ObjectIdentifier.builder().key("a&b").build(), ObjectIdentifier.builder().key("c").build())))))
                    .containsExactly("s3:DeleteObject arn:aws:s3:::lake/a&b", "s3:DeleteObject arn:aws:s3:::lake/c");
            assertThat(needs(() -> s3.copyObject(copy -> copy.sourceBucket("from").sourceKey("a b").destinationBucket("lake").destinationKey("c"))))
                    .containsExactly("s3:PutObject arn:aws:s3:::lake/c", "s3:GetObject arn:aws:s3:::from/a b");
            assertThat(needs(() -> s3.listObjectsV2(list -> list.bucket("lake").prefix("landing/")))).containsExactly("s3:ListBucket arn:aws:s3:::lake");
            assertThat(needs(() -> s3.getObjectTagging(get -> get.bucket("lake").key("a")))).containsExactly("s3:GetObjectTagging arn:aws:s3:::lake/a");
        }
    }

    @Test
    void dynamoDb() {
        String table = "arn:aws:dynamodb:eu-west-1:000000000000:table/";
        Map<String, AttributeValue> key = Map.of("thing", AttributeValue.fromS("StreamName"));
        try (DynamoDbClient dynamoDb = client(DynamoDbClient.builder())) {
            assertThat(needs(() -> dynamoDb.batchGetItem(get -> get.requestItems(Map.of("states", KeysAndAttributes.builder().keys(List.of(key)).build())))))
                    .containsExactly("dynamodb:BatchGetItem " + table + "states");
            assertThat(needs(() -> dynamoDb.batchExecuteStatement(batch -> batch.statements(
                    statement("UPDATE \"states\" SET version = ? WHERE thing = ?"), statement("INSERT INTO \"states\" VALUE {'thing': ?}"),
                    statement("insert into states value {'thing': ?}")))))
                    .containsExactly("dynamodb:PartiQLUpdate " + table + "states", "dynamodb:PartiQLInsert " + table + "states");
            assertThat(needs(() -> dynamoDb.updateItem(update -> update.tableName("serials").key(key)))).containsExactly("dynamodb:UpdateItem " + table + "serials");
            assertThat(needs(() -> dynamoDb.scan(scan -> scan.tableName("states")))).containsExactly("dynamodb:Scan " + table + "states");
            assertThatThrownBy(() -> dynamoDb.executeStatement(execute -> execute.statement("CALL states"))).hasMessageContaining("which table is meant");
            assertThatThrownBy(() -> dynamoDb.describeLimits(_ -> { })).hasMessageContaining("does not know which rights DescribeLimits of dynamodb needs");
        }
    }

    @Test
    void kinesisAndGlue() {
        String stream = "arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry";
        PutRecordsRequestEntry entry = PutRecordsRequestEntry.builder().partitionKey("StreamName").data(SdkBytes.fromUtf8String("{\"StreamName\":\"other\"}")).build();
        try (KinesisClient kinesis = client(KinesisClient.builder()); GlueClient glue = client(GlueClient.builder())) {
            assertThat(needs(() -> kinesis.putRecords(put -> put.streamName("telemetry").records(entry)))).containsExactly("kinesis:PutRecords " + stream);
            assertThat(bodies.getLast()).as("what was read can be read again").contains("telemetry").contains("{\"StreamName\":\"other\"}");
            assertThat(needs(() -> kinesis.putRecord(put -> put.streamARN(stream).partitionKey("a").data(SdkBytes.fromUtf8String("b"))))).containsExactly("kinesis:PutRecord " + stream);
            String glueArn = " arn:aws:glue:eu-west-1:000000000000:";
            assertThat(needs(() -> glue.getTable(get -> get.databaseName("lake").name("truck_readings"))))
                    .containsExactly("glue:GetTable" + glueArn + "catalog", "glue:GetTable" + glueArn + "database/lake", "glue:GetTable" + glueArn + "table/lake/truck_readings");
            assertThat(needs(() -> glue.updateTable(update -> update.databaseName("lake").tableInput(table -> table.name("truck_readings"))))).hasSize(3);
        }
    }

    @Test
    void timestreamAsksForTheRightToAskForItsEndpointToo() {
        String table = "arn:aws:timestream:eu-west-1:000000000000:database/millrace/table/readings";
        rejects = Map.of(table, "failures/timestream-rejected");
        try (TimestreamWriteClient timestream = client(TimestreamWriteClient.builder())) {
            assertThat(needs(() -> timestream.writeRecords(write -> write.databaseName("millrace").tableName("readings").records(Record.builder().time("1").build()))))
                    .containsExactly("timestream:DescribeEndpoints *", "timestream:WriteRecords " + table, "s3:PutObject arn:aws:s3:::failures/timestream-rejected/report");
        }
    }

    @Test
    void aServiceWhoseRightsAreNotKnownIsRefused() throws Exception {
        enforce(List.of());
        HttpRequest request = HttpRequest.newBuilder(door.endpoint().resolve("/service/x/operation/PutMetricData"))
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=%s/20261127/eu-west-1/monitoring/aws4_request".formatted(RoleRights.accessKeyId(ROLE))).build();

        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(response.body()).contains("does not know which rights PutMetricData of monitoring needs");
    }

    @Test
    void whoHasNoRoleHereIsNotLimitedAndADenialIsCounted() {
        enforce(List.of());
        try (S3Client function = client(S3Client.builder().forcePathStyle(true)); S3Client operator = client(S3Client.builder().forcePathStyle(true), "operator")) {
            operator.putObject(put -> put.bucket("lake").key("a"), RequestBody.fromString("x"));
            for (int times = 0; times < 2; times++) {
                assertThatThrownBy(() -> function.putObject(put -> put.bucket("lake").key("a"), RequestBody.fromString("x"))).isInstanceOfSatisfying(S3Exception.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(403);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
                });
            }
        }

        assertThat(bodies).hasSize(1);
        assertThat(authoriser.denials()).hasSize(1).containsValue(2L);
    }

    @Test
    void aConditionOnThePrefixHoldsForListsUnderIt() {
        ObjectNode document = JSON.createObjectNode();
        document.putArray("Statement").addObject().put("Effect", "Allow").put("Action", "s3:ListBucket").put("Resource", "arn:aws:s3:::lake")
                .putObject("Condition").putObject("StringLike").put("s3:prefix", "landing/*");
        enforce(RoleRights.of(ROLE, JSON.createObjectNode(), List.of(document)));
        try (S3Client s3 = client(S3Client.builder().forcePathStyle(true))) {
            s3.listObjectsV2(list -> list.bucket("lake").delimiter("/").prefix("landing/a b/"));
            assertThatThrownBy(() -> s3.listObjectsV2(list -> list.bucket("lake").prefix("quarantine/"))).hasMessageContaining("not authorized to perform: s3:ListBucket");
            assertThatThrownBy(() -> s3.listObjectsV2(list -> list.bucket("lake"))).hasMessageContaining("not authorized to perform: s3:ListBucket");
        }
    }

    /// Where there is nothing, S3 says so only to who may list the whole bucket.
    @Test
    void thatAnObjectIsNotThereIsToldToWhoMayList() {
        try (S3Client s3 = client(S3Client.builder().forcePathStyle(true))) {
            objects = Set.of("lake/a b");
            assertThat(needs(() -> s3.getObjectAsBytes(get -> get.bucket("lake").key("a b")))).containsExactly("s3:GetObject arn:aws:s3:::lake/a b");
            objects = Set.of();
            assertThat(needs(() -> s3.getObjectAsBytes(get -> get.bucket("lake").key("a b")))).containsExactly("s3:GetObject arn:aws:s3:::lake/a b", "s3:ListBucket arn:aws:s3:::lake");
        }
    }

    private static BatchStatementRequest statement(String text) {
        return BatchStatementRequest.builder().statement(text).build();
    }

    private List<String> needs(Runnable call) {
        List<String> granted = new ArrayList<>();
        while (true) {
            enforce(granted);
            try {
                call.run();
                return granted;
            } catch (SdkException e) {
                Matcher denied = DENIED.matcher(String.valueOf(e.getMessage()));
                if (!denied.matches()) {
                    throw e;
                }
                String right = denied.group(1) + " " + denied.group(2);
                assertThat(granted).doesNotContain(right);
                granted.add(right);
            }
        }
    }

    private void enforce(List<String> granted) {
        ObjectNode document = JSON.createObjectNode();
        ArrayNode statements = document.putArray("Statement");
        for (String right : granted) {
            int blank = right.indexOf(' ');
            statements.addObject().put("Effect", "Allow").put("Action", right.substring(0, blank)).put("Resource", right.substring(blank + 1));
        }
        enforce(RoleRights.of(ROLE, JSON.createObjectNode(), List.of(document)));
    }

    private void enforce(RoleRights role) {
        authoriser.enforce("eu-west-1", "000000000000", Map.of(role.accessKeyId(), role), rejects, objects::contains);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
        return client(builder, RoleRights.accessKeyId(ROLE));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder, String accessKeyId) {
        Consumer<ClientOverrideConfiguration.Builder> once = override -> override.retryStrategy(retries -> retries.maxAttempts(1));
        return builder.region(Region.EU_WEST_1).endpointOverride(door.endpoint()).httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, "local"))).overrideConfiguration(once).build();
    }
}
