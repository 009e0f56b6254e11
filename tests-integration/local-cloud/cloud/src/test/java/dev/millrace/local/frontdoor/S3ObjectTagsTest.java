package dev.millrace.local.frontdoor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/// The SDK's own client; the objects are files that the test makes, as the stand-in behind would.
class S3ObjectTagsTest {
    private static final String KEY = "landing/truck/arrival_date=2026-11-23/a b+ü.parquet";

    @TempDir
    private Path directory;
    private final List<String> passedOn = new CopyOnWriteArrayList<>();
    private FrontDoor door;
    private S3Client s3;

    @BeforeEach
    void start() throws IOException {
        object(KEY, "rows");
        open();
    }

    private void open() throws IOException {
        HttpHandler behind = exchange -> {
            exchange.getRequestBody().readAllBytes();
            passedOn.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.sendResponseHeaders(200, -1);
        };
        door = FrontDoor.open(0, Map.<String, HttpHandler>of("s3", new S3ObjectTags(behind, directory)), List.of(), List.of());
        s3 = S3Client.builder().endpointOverride(door.endpoint()).region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("LOCALcompact", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    @AfterEach
    void stop() {
        s3.close();
        door.close();
    }

    @Test
    void tagsComeBackAndReplaceThoseBefore() {
        put(KEY, tag("compacted", "true"), tag("of", "a<b>&\"c\" ü"));
        assertThat(tags(KEY)).containsExactly(tag("compacted", "true"), tag("of", "a<b>&\"c\" ü"));

        put(KEY, tag("other", ""));

        assertThat(tags(KEY)).containsExactly(tag("other", ""));
        assertThat(directory.resolve("lake").resolve(KEY)).hasContent("rows");
        assertThat(passedOn).isEmpty();
    }

    @Test
    void anObjectWithoutTagsHasAnEmptySet() {
        assertThat(tags(KEY)).isEmpty();
        put(KEY, tag("a", "b"));

        s3.deleteObjectTagging(request -> request.bucket("lake").key(KEY));

        assertThat(tags(KEY)).isEmpty();
        s3.deleteObjectTagging(request -> request.bucket("lake").key(KEY));
    }

    @Test
    void tagsSurviveARestart() throws IOException {
        put(KEY, tag("compacted", "true"));
        stop();

        open();

        assertThat(tags(KEY)).containsExactly(tag("compacted", "true"));
    }

    @Test
    void anotherObjectInItsPlaceHasNoTags() throws IOException {
        put(KEY, tag("compacted", "true"));

        object(KEY, "other rows");

        assertThat(tags(KEY)).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        assertThatThrownBy(() -> put("none", tag("a", "b"))).isInstanceOf(NoSuchKeyException.class).hasMessageContaining("lake/none");
        assertThatThrownBy(() -> tags("landing/truck")).as("a directory is no object").isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> s3.getObjectTagging(request -> request.bucket("nowhere").key("a"))).isInstanceOf(NoSuchBucketException.class);
        Files.writeString(directory.resolve("outside"), "not in a bucket");
        assertThatThrownBy(() -> tags("../outside")).isInstanceOf(S3Exception.class).hasMessageContaining("key does not exist");
    }

    @Test
    void aTagSetHasLimits() {
        Tag[] ten = IntStream.range(0, 10).mapToObj(i -> tag("k" + i, "v")).toArray(Tag[]::new);
        put(KEY, ten);
        assertThat(tags(KEY)).containsExactly(ten);
        put(KEY, tag("k".repeat(128), "v".repeat(256)));

        refused("BadRequest", "Object tags cannot be greater than 10, came 11", IntStream.range(0, 11).mapToObj(i -> tag("k" + i, "v")).toArray(Tag[]::new));
        refused("InvalidTag", "expected 1 to 128 characters, came 129", tag("k".repeat(129), "v"));
        refused("InvalidTag", "expected 1 to 128 characters, came 0", tag("", "v"));
        refused("InvalidTag", "expected 256 characters at most, came 257", tag("k", "v".repeat(257)));
        refused("InvalidTag", "Cannot provide multiple Tags with the same key: k", tag("k", "1"), tag("k", "2"));
        assertThat(tags(KEY)).as("as before").containsExactly(tag("k".repeat(128), "v".repeat(256)));
    }

    @Test
    void whatIsNoTagSetIsMalformed() {
        for (String xml : List.of("", "<Tagging>", "<Tagging/>", "<Other><TagSet/></Other>", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Tagging><TagSet><Tag><Key>&e;</Key><Value>v</Value></Tag></TagSet></Tagging>")) {
            assertThatThrownBy(() -> S3TagSet.parse(xml.getBytes(UTF_8))).as(xml).isInstanceOfSatisfying(CallRefused.class,
                    e -> assertThat(e.error().code()).isEqualTo("MalformedXML"));
        }
    }

    @Test
    void tagsThatWouldBeLostInSilenceAreRefused() {
        assertThatThrownBy(() -> s3.putObject(request -> request.bucket("lake").key("b").tagging("a=b"), RequestBody.fromString("x")))
                .isInstanceOf(S3Exception.class).hasMessageContaining("tags that come with an object are not simulated");
        put(KEY, tag("a", "b"));
        assertThatThrownBy(() -> s3.copyObject(request -> request.sourceBucket("lake").sourceKey(KEY).destinationBucket("lake").destinationKey("c")))
                .isInstanceOf(S3Exception.class).hasMessageContaining("a copy of an object with tags is not simulated: lake/" + KEY);
        assertThat(passedOn).isEmpty();

        s3.putObject(request -> request.bucket("lake").key("b"), RequestBody.fromString("x"));

        assertThat(passedOn).singleElement().asString().startsWith("PUT /lake/b");
    }

    private void refused(String code, String message, Tag... tags) {
        assertThatThrownBy(() -> put(KEY, tags)).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(400);
        }).hasMessageContaining(message);
    }

    private void put(String key, Tag... tags) {
        s3.putObjectTagging(request -> request.bucket("lake").key(key).tagging(set -> set.tagSet(tags)));
    }

    private List<Tag> tags(String key) {
        return s3.getObjectTagging(request -> request.bucket("lake").key(key)).tagSet();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    /// As the stand-in does it: written beside, then moved into its place.
    private void object(String key, String content) throws IOException {
        Path file = directory.resolve("lake").resolve(key);
        Files.createDirectories(file.getParent());
        Path fresh = Files.writeString(directory.resolve("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
