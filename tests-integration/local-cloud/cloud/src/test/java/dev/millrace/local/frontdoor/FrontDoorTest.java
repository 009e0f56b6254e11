package dev.millrace.local.frontdoor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The SDK's own clients call; behind the door stand a handler of this process, a server behind a proxy, and nobody.
class FrontDoorTest {
    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(AwsBasicCredentials.create("LOCALingest", "local"));

    private final CallCounter counter = new CallCounter();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile CallGate gate = _ -> { };
    private TinyS3 s3Server;
    private FrontDoor door;

    @BeforeEach
    void open() throws IOException {
        s3Server = new TinyS3();
        Map<String, HttpHandler> services = Map.of("s3", HttpProxy.toS3(s3Server.endpoint()), "dynamodb", FrontDoorTest::dynamoDb,
                "gone", HttpProxy.to("gone", URI.create("http://127.0.0.1:1")));
        door = FrontDoor.open(0, services, List.of(call -> gate.beforePassing(call)), List.of(counter, (call, _) -> calls.add(call)));
    }

    @AfterEach
    void close() {
        door.close();
        s3Server.close();
    }

    @Test
    void aCallGoesToTheServiceOfItsSignature() {
        try (DynamoDbClient dynamoDb = DynamoDbClient.builder().endpointOverride(door.endpoint()).region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS).httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
            assertThat(dynamoDb.listTables().tableNames()).containsExactly("states");
            assertThatThrownBy(() -> dynamoDb.describeTable(table -> table.tableName("states"))).isInstanceOf(DynamoDbException.class)
                    .hasMessageContaining("dynamodb.DescribeTable").hasMessageContaining("a bug in the stand-in");
        }

        assertThat(calls.getFirst()).isEqualTo(new Call("dynamodb", "ListTables", "LOCALingest"));
        assertThat(counter.counts()).containsEntry(new CallCounter.Operation("dynamodb", "ListTables"), new CallCounter.Count(1, 0));
        assertThat(counter.counts().get(new CallCounter.Operation("dynamodb", "DescribeTable")).failed()).isPositive();
    }

    @Test
    void aServiceThatNobodyPlaysIsRefusedByName() {
        try (KinesisClient kinesis = KinesisClient.builder().endpointOverride(door.endpoint()).region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS).httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
            assertThatThrownBy(kinesis::listStreams).isInstanceOfSatisfying(AwsServiceException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(501);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NotSimulated");
            });
        }
    }

    @Test
    void theRefusalSaysWhatIsMissingAndWhatThereIs() throws IOException, InterruptedException {
        HttpResponse<String> response = raw("GET", "/", "AWS4-HMAC-SHA256 Credential=K/20261123/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0");

        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(response.body()).contains("does not simulate the service 'sqs'").contains("[dynamodb, gone, s3]");
    }

    @Test
    void aCallWithoutASignatureIsRefused() throws IOException, InterruptedException {
        for (String authorization : new String[] {"Basic abc", "AWS4-HMAC-SHA256 Credential=nonsense", ""}) {
            HttpResponse<String> response = raw("GET", "/bucket/key", authorization);
            assertThat(response.statusCode()).as(authorization).isEqualTo(403);
            assertThat(response.body()).contains("MissingAuthenticationToken");
        }
    }

    @Test
    void aPresignedRequestAndAScopeWithoutRegionAreUnderstood() throws IOException, InterruptedException {
        s3Server.objects.put("/lake/a", bytes("there"));
        String presigned = "/lake/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=K%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0";

        assertThat(raw("GET", presigned, "").body()).isEqualTo("there");
        assertThat(raw("GET", "/lake/a", "AWS4-ECDSA-P256-SHA256 Credential=K/20261123/s3/aws4_request, SignedHeaders=host, Signature=0").body()).isEqualTo("there");
        assertThat(calls).containsOnly(new Call("s3", "GetObject", "K"));
    }

    @Test
    void aGateIsAskedBeforeTheCallIsPassedOn() throws Exception {
        var asked = new CompletableFuture<Call>();
        var opened = new CountDownLatch(1);
        gate = call -> {
            asked.complete(call);
            opened.await();
        };
        try (S3Client s3 = s3(); ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> put = thread.submit(() -> s3.putObject(request -> request.bucket("lake").key("held"), RequestBody.fromString("x")));
            assertThat(asked.get(10, TimeUnit.SECONDS)).isEqualTo(new Call("s3", "PutObject", "LOCALingest"));
            assertThat(s3Server.objects).isEmpty();

            opened.countDown();

            put.get(10, TimeUnit.SECONDS);
            assertThat(s3Server.objects).containsOnlyKeys("/lake/held");
        }
    }

    @Test
    void whatAGateRefusesIsTheServicesErrorToTheCaller() {
        gate = call -> {
            throw new CallRefused(403, "AccessDeniedException", call.accessKeyId() + " may not " + call.operation());
        };
        try (DynamoDbClient dynamoDb = DynamoDbClient.builder().endpointOverride(door.endpoint()).region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS).httpClientBuilder(UrlConnectionHttpClient.builder()).build(); S3Client s3 = s3()) {
            assertThatThrownBy(dynamoDb::listTables).isInstanceOfSatisfying(DynamoDbException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
            }).hasMessageContaining("LOCALingest may not ListTables");
            assertThatThrownBy(() -> s3.putObject(put -> put.bucket("lake").key("refused"), RequestBody.fromString("x")))
                    .isInstanceOf(S3Exception.class).hasMessageContaining("may not PutObject");
        }
        assertThat(s3Server.objects).isEmpty();
        assertThat(counter.counts()).containsEntry(new CallCounter.Operation("dynamodb", "ListTables"), new CallCounter.Count(1, 1));
        assertThatThrownBy(() -> new CallRefused(200, "OK", "fine")).hasMessageContaining("200");
    }

    @Test
    void objectsPassTheProxyWhole() throws InterruptedException {
        byte[] large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        try (S3Client s3 = s3()) {
            s3.putObject(put -> put.bucket("lake").key("plain").build(), RequestBody.fromString("hello"));
            // AWS chunk framing with a checksum behind the body
            s3.putObject(put -> put.bucket("lake").key("a b/ü+%.parquet").checksumAlgorithm(ChecksumAlgorithm.CRC32), RequestBody.fromBytes(large));
            s3.putObject(put -> put.bucket("lake").key("empty"), RequestBody.empty());

            assertThat(s3.getObjectAsBytes(get -> get.bucket("lake").key("plain")).asUtf8String()).isEqualTo("hello");
            assertThat(s3.getObjectAsBytes(get -> get.bucket("lake").key("a b/ü+%.parquet")).asByteArray()).isEqualTo(large);
            assertThat(s3.getObjectAsBytes(get -> get.bucket("lake").key("empty")).asByteArray()).isEmpty();
            assertThat(s3.headObject(head -> head.bucket("lake").key("a b/ü+%.parquet")).contentLength()).isEqualTo(large.length);
            assertThat(s3.getObjectAsBytes(get -> get.bucket("lake").key("plain").range("bytes=0-3")).asUtf8String()).isEqualTo("hell");
            s3.deleteObject(delete -> delete.bucket("lake").key("plain"));
        }

        assertThat(s3Server.objects).containsOnlyKeys("/lake/a%20b/%C3%BC%2B%25.parquet", "/lake/empty");
        // who listens is told when the answer has gone out
        for (int tries = 0; calls.size() < 9 && tries < 1_000; tries++) {
            Thread.sleep(5);
        }
        assertThat(calls.stream().map(Call::operation).distinct()).containsExactlyInAnyOrder("PutObject", "GetObject", "HeadObject", "DeleteObject");
    }

    @Test
    void answersThatAreNoErrorsOfTheProxyReachTheCaller() throws IOException, InterruptedException {
        s3Server.objects.put("/lake/there", bytes("x"));
        try (S3Client s3 = s3()) {
            assertThatThrownBy(() -> s3.putObject(put -> put.bucket("lake").key("there").ifNoneMatch("*"), RequestBody.fromString("y")))
                    .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("PreconditionFailed"));
            assertThatThrownBy(() -> s3.headObject(head -> head.bucket("lake").key("gone"))).isInstanceOf(NoSuchKeyException.class);
        }
        HttpRequest conditional = HttpRequest.newBuilder(door.endpoint().resolve("/lake/there")).header("If-None-Match", "\"etag\"")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=K/20261123/eu-west-1/s3/aws4_request, Signature=0").build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(conditional, BodyHandlers.ofString()).statusCode()).isEqualTo(304);
        }
    }

    @Test
    void aBucketInTheHostNameIsPutIntoThePath() {
        assertThat(S3Addressing.pathStyle("lake.localhost:4566", "/a/b")).isEqualTo("/lake/a/b");
        assertThat(S3Addressing.pathStyle("127.0.0.1:4566", "/lake/a")).isEqualTo("/lake/a");
        assertThat(S3Addressing.pathStyle("localhost:4566", "/lake/a")).isEqualTo("/lake/a");
        assertThat(S3Addressing.pathStyle(null, "/lake/a")).isEqualTo("/lake/a");
    }

    @Test
    void aStandInThatIsDownIsAnErrorThatTheSdkTriesAgain() throws IOException, InterruptedException {
        HttpResponse<String> response = raw("POST", "/", "AWS4-HMAC-SHA256 Credential=K/20261123/eu-west-1/gone/aws4_request, Signature=0");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("ServiceUnavailable").contains("the stand-in for gone at http://127.0.0.1:1 does not answer");
    }

    @Test
    void aPortInUseIsABindException() {
        assertThatThrownBy(() -> FrontDoor.open(door.port(), Map.of(), List.of(), List.of())).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> FrontDoor.open(70_000, Map.of(), List.of(), List.of())).hasMessageContaining("70000");
    }

    @Test
    void s3OperationsAreNamedAsInItsReference() {
        List<String> named = new ArrayList<>();
        for (String request : List.of("GET /", "GET /b?list-type=2&prefix=x", "GET /b?prefix=x", "PUT /b", "HEAD /b/", "DELETE /b", "POST /b?delete",
                "GET /b/k?x-id=GetObject", "POST /b/k?uploads", "PUT /b/k?partNumber=1&uploadId=u", "POST /b/k?uploadId=u", "DELETE /b/k?uploadId=u",
                "GET /b/k?uploadId=u", "PUT /b/k", "PUT /b/k?tagging", "GET /b/k?tagging", "DELETE /b/k?tagging")) {
            String[] parts = request.split(" ", -1);
            named.add(OperationName.of("s3", parts[0], URI.create(parts[1]), new Headers()));
        }

        assertThat(named).containsExactly("ListBuckets", "ListObjectsV2", "ListObjects", "CreateBucket", "HeadBucket", "DeleteBucket", "DeleteObjects",
                "GetObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts", "PutObject",
                "PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging");
    }

    @Test
    void operationsOfTheIotDataPlaneAreNamedWithoutTopicAndThing() {
        assertThat(OperationName.of("iotdata", "POST", URI.create("/topics/cmd%2Ftruck-1%2Fresend?qos=1"), new Headers())).isEqualTo("Publish");
        assertThat(OperationName.of("iotdata", "POST", URI.create("/things/truck-1/shadow?name=config"), new Headers())).isEqualTo("UpdateThingShadow");
        assertThat(OperationName.of("iotdata", "GET", URI.create("/retainedMessage"), new Headers())).isEqualTo("GET /retainedMessage");
    }

    private S3Client s3() {
        // an IP address as endpoint: the SDK names the bucket in the path by itself
        return S3Client.builder().endpointOverride(door.endpoint()).region(Region.EU_WEST_1).credentialsProvider(CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    private HttpResponse<String> raw(String method, String pathAndQuery, String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(door.endpoint() + pathAndQuery)).method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static void dynamoDb(HttpExchange exchange) throws IOException {
        if (exchange.getRequestHeaders().getFirst("X-Amz-Target").endsWith("DescribeTable")) {
            throw new IllegalStateException("a bug in the stand-in");
        }
        byte[] answer = bytes("{\"TableNames\":[\"states\"]}");
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
