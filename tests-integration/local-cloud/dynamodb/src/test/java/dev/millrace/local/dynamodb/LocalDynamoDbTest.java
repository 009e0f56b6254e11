package dev.millrace.local.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class LocalDynamoDbTest {
    private static final String TABLE = "states";

    @TempDir
    private Path directory;
    private Process process;
    private BufferedReader out;
    private int port;

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void aConditionalPutIsTakenOnceAndTheProcessEndsWithItsInput() throws Exception {
        start("0");
        try (DynamoDbClient dynamo = client("local", Region.EU_WEST_1)) {
            createTable(dynamo);
            put(dynamo, 1, 0);
            put(dynamo, 2, 1);

            assertThatThrownBy(() -> put(dynamo, 2, 1)).isInstanceOf(ConditionalCheckFailedException.class);
            assertThat(version(dynamo)).isEqualTo("2");
        }
        endOfInput();
    }

    @Test
    void everyCallerSeesTheSameTables() throws Exception {
        start("0");
        try (DynamoDbClient one = client("one", Region.EU_WEST_1); DynamoDbClient other = client("other", Region.US_EAST_1)) {
            createTable(one);

            assertThat(other.listTables().tableNames()).containsExactly(TABLE);
        }
    }

    @Test
    void withADirectoryItFindsItsItemsAgain() throws Exception {
        start("0", directory.toString());
        try (DynamoDbClient dynamo = client("local", Region.EU_WEST_1)) {
            createTable(dynamo);
            put(dynamo, 1, 0);
        }
        endOfInput();

        start("0", directory.toString());

        try (DynamoDbClient dynamo = client("local", Region.EU_WEST_1)) {
            assertThat(version(dynamo)).isEqualTo("1");
        }
    }

    @Test
    void aPortInUseIsToldAndEndsIt() throws Exception {
        start("0");
        Process first = process;
        try {
            process = child(Integer.toString(port));

            assertThat(process.errorReader(UTF_8).lines()).contains("local DynamoDB: port %d on 127.0.0.1 is in use".formatted(port));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(2);
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void wrongArgumentsAreTold() throws Exception {
        process = child("http");

        assertThat(process.errorReader(UTF_8).lines()).contains("local DynamoDB: usage: LocalDynamoDb PORT [DIR], with a port of 0 to 65535; got: http");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
    }

    private void start(String... args) throws IOException {
        process = child(args);
        out = process.inputReader(UTF_8);
        String ready = out.readLine();
        assertThat(ready).matches("READY \\{\"port\":\\d+}");
        port = Integer.parseInt(ready.replaceAll("\\D", ""));
    }

    private void endOfInput() throws Exception {
        process.outputWriter(UTF_8).close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(out.readLine()).isNull();
    }

    private DynamoDbClient client(String accessKey, Region region) {
        return DynamoDbClient.builder().endpointOverride(URI.create("http://127.0.0.1:" + port)).region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    private static void createTable(DynamoDbClient dynamo) {
        dynamo.createTable(request -> request.tableName(TABLE).billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(KeySchemaElement.builder().attributeName("thing").keyType(KeyType.HASH).build())
                .attributeDefinitions(AttributeDefinition.builder().attributeName("thing").attributeType(ScalarAttributeType.S).build()));
    }

    private static void put(DynamoDbClient dynamo, int version, int expected) {
        dynamo.putItem(request -> request.tableName(TABLE)
                .item(Map.of("thing", AttributeValue.fromS("truck-1"), "version", AttributeValue.fromN(Integer.toString(version))))
                .conditionExpression("attribute_not_exists(thing) OR version = :expected")
                .expressionAttributeValues(Map.of(":expected", AttributeValue.fromN(Integer.toString(expected)))));
    }

    private static String version(DynamoDbClient dynamo) {
        return dynamo.getItem(request -> request.tableName(TABLE).key(Map.of("thing", AttributeValue.fromS("truck-1")))).item().get("version").n();
    }

    private static Process child(String... args) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LocalDynamoDb.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }
}
