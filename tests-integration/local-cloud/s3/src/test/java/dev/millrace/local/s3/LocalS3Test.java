package dev.millrace.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class LocalS3Test {
    private static final String BUCKET = "landing";

    @TempDir
    private Path directory;
    private Process process;
    private BufferedReader out;
    private S3Client s3;

    @BeforeEach
    void startWithABucket() throws IOException {
        start();
        s3.createBucket(request -> request.bucket(BUCKET));
    }

    @AfterEach
    void stop() {
        s3.close();
        process.destroyForcibly();
    }

    @Test
    void anObjectComesBackWithItsMetadata() {
        s3.putObject(request -> request.bucket(BUCKET).key("a/b=1/c").contentType("text/plain").metadata(Map.of("schema", "v1")), RequestBody.fromString("hello"));

        var object = s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("a/b=1/c"));

        assertThat(object.asUtf8String()).isEqualTo("hello");
        assertThat(object.response().metadata()).isEqualTo(Map.of("schema", "v1"));
        assertThat(object.response().contentType()).isEqualTo("text/plain");
        assertThat(directory.resolve("objects/landing/a/b=1/c")).hasContent("hello");
    }

    /// Else whoever lists gets names that are gone a moment later.
    @Test
    @Timeout(60)
    void aListShowsNoObjectThatIsStillBeingWritten() throws Exception {
        byte[] half = new byte[1 << 20];
        var pipe = new PipedOutputStream();
        var body = new PipedInputStream(pipe, half.length);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> put = threads.submit(() -> s3.putObject(request -> request.bucket(BUCKET).key("a/large"), RequestBody.fromInputStream(body, 2L * half.length)));
            pipe.write(half);
            Path beside = directory.resolve("objects/landing/a");
            while (!Files.isDirectory(beside) || beside.toFile().list().length == 0) {
                Thread.onSpinWait();
            }
            Future<ListObjectsV2Response> list = threads.submit(() -> s3.listObjectsV2(request -> request.bucket(BUCKET)));
            // it must not be answered by then; a list that came too late to see the half would prove nothing, and harm nothing
            Thread.sleep(200);
            pipe.write(half);
            pipe.close();

            put.get();
            assertThat(list.get().contents()).extracting(S3Object::key).containsExactly("a/large");
        }
    }

    @Test
    void listingGoesByPrefixAndPages() {
        for (int i = 0; i < 7; i++) {
            put("truck/%d".formatted(i), "x");
        }
        put("machine/0", "x");

        List<ListObjectsV2Response> pages = s3.listObjectsV2Paginator(request -> request.bucket(BUCKET).prefix("truck/").maxKeys(3)).stream().toList();

        assertThat(pages).hasSize(3);
        assertThat(pages.stream().flatMap(page -> page.contents().stream()).map(object -> object.key()))
                .isEqualTo(IntStream.range(0, 7).mapToObj("truck/%d"::formatted).toList());
    }

    @Test
    void aDeletedObjectIsGone() {
        put("a", "x");

        s3.deleteObject(request -> request.bucket(BUCKET).key("a"));

        assertThatThrownBy(() -> s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("a"))).isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void ifNoneMatchKeepsTheFirstObject() {
        s3.putObject(request -> request.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("first"));

        assertThatThrownBy(() -> s3.putObject(request -> request.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("second")))
                .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("once")).asUtf8String()).isEqualTo("first");
    }

    @Test
    void aTrailingChecksumDoesNotReachTheObject() {
        var body = new byte[100_000];
        Arrays.fill(body, (byte) 7);

        s3.putObject(request -> request.bucket(BUCKET).key("streamed").checksumAlgorithm(ChecksumAlgorithm.CRC32),
                RequestBody.fromContentProvider(() -> new ByteArrayInputStream(body), body.length, "application/octet-stream"));

        assertThat(s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("streamed")).asByteArray()).isEqualTo(body);
    }

    @Test
    void aWrongChecksumIsRefused() {
        assertThatThrownBy(() -> s3.putObject(request -> request.bucket(BUCKET).key("bad").checksumSHA256("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                RequestBody.fromString("x"))).isInstanceOf(S3Exception.class);
    }

    @Test
    void itEndsWhenItsInputEndsAndFindsItsObjectsAgain() throws Exception {
        put("kept", "still here");

        process.outputWriter(UTF_8).close();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(out.readLine()).isNull();
        s3.close();
        start();
        assertThat(s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("kept")).asUtf8String()).isEqualTo("still here");
    }

    @Test
    void aPortInUseIsToldAndEndsIt() throws Exception {
        String port = Integer.toString(s3.serviceClientConfiguration().endpointOverride().orElseThrow().getPort());

        Refusal refusal = refusal(port, directory.resolve("other").toString());

        assertThat(refusal).isEqualTo(new Refusal(2, "local S3: port %s on 127.0.0.1 is in use".formatted(port)));
    }

    @Test
    void wrongArgumentsAreTold() throws Exception {
        assertThat(refusal("70000", "x")).isEqualTo(new Refusal(2, "local S3: usage: LocalS3 PORT DIR, with a port of 0 to 65535; got: 70000 x"));
    }

    private record Refusal(int exitCode, String message) {
    }

    private void start() throws IOException {
        process = child("0", directory.resolve("objects").toString());
        out = process.inputReader(UTF_8);
        String ready = out.readLine();
        assertThat(ready).matches("READY \\{\"port\":\\d+}");
        s3 = S3Client.builder().endpointOverride(URI.create("http://127.0.0.1:" + ready.replaceAll("\\D", ""))).region(Region.EU_WEST_1).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    private static Refusal refusal(String... args) throws Exception {
        Process process = child(args);
        try (var errors = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
            String first = errors.readLine();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Refusal(process.exitValue(), first);
        } finally {
            process.destroyForcibly();
        }
    }

    private void put(String key, String body) {
        s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(body));
    }

    private static Process child(String... args) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), LocalS3.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }
}
