package dev.millrace.analysts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.Synthesis;
import dev.millrace.local.ChildProcess;
import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A local cloud with the app deployed and no device, whose lake the tests fill and whose function compact takes it from there.
/// It is a process of its own, because its libraries and Trino's do not go together.
final class LakeCloud implements AutoCloseable {
    static final String REGION = LocalCloud.Settings.DEFAULT_REGION;
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path work;
    private final ChildProcess process;
    private final HttpClient http = HttpClient.newHttpClient();

    private LakeCloud(Path work, ChildProcess process) {
        this.work = work;
        this.process = process;
    }

    /// The child's part: ends with its standard input.
    ///
    /// @param args project root, assembly, work directory
    public static void main(String[] args) throws IOException, InterruptedException {
        var settings = new LocalCloud.Settings(Path.of(args[1]), Path.of(args[2]), Path.of(args[0]), 0, 0, REGION, LocalCloud.Settings.DEFAULT_ACCOUNT,
                List.of(), System.err::println, line -> System.err.println(line.text()), List.of());
        try (LocalCloud cloud = LocalCloud.start(settings)) {
            System.out.println("READY " + JSON.writeValueAsString(Map.of("endpoint", cloud.awsEndpoint(), "outputs", cloud.outputs())));
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    static LakeCloud start(Path work) throws IOException, InterruptedException {
        Path root = root();
        Path assembly = new Synthesis(root).run(work.resolve("cdk.out"), work.resolve("synth.log"));
        List<String> command = new JavaModule(root.resolve("tests-integration/local-cloud/cli")).command(
                List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"), LakeCloud.class.getName(),
                List.of(root.toString(), assembly.toString(), work.toString()));
        int classPath = command.indexOf("-cp") + 1;
        Path here = Path.of(URI.create(LakeCloud.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        command.set(classPath, command.get(classPath) + File.pathSeparator + here);
        return new LakeCloud(work, ChildProcess.start("cloud of the lake", command, work.resolve("cloud.log"), READY_WITHIN));
    }

    static Path root() {
        return Path.of(System.getProperty("millrace.root")).toAbsolutePath().normalize();
    }

    URI endpoint() {
        return URI.create(process.ready().get("endpoint").asText());
    }

    String output(String name) {
        return process.ready().get("outputs").get(name).asText();
    }

    String database() {
        return output("GlueDatabase");
    }

    String bucket() {
        return output("LakeBucket");
    }

    /// The directory of the lake's objects: a file for each, by its key.
    Path objects() {
        return work.resolve("s3").resolve(bucket());
    }

    S3Client s3() {
        return S3Client.builder().endpointOverride(endpoint()).region(Region.of(REGION)).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("writer", "local")))
                .httpClientBuilder(Apache5HttpClient.builder()).build();
    }

    Athena athena() {
        return Athena.open(new Athena.Lake(endpoint(), endpoint(), REGION, database()));
    }

    /// Invokes the function compact, as an operator would who has put objects into old hours.
    ///
    /// @return rows that the tables have now and had not before
    /// @throws IllegalStateException if it fails, with what it said
    long compact() throws IOException, InterruptedException {
        String function = URLEncoder.encode(output("CompactFunction"), StandardCharsets.UTF_8);
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(endpoint().resolve("/2015-03-31/functions/" + function + "/invocations"))
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=operator/20260305/%s/lambda/aws4_request, SignedHeaders=host, Signature=local".formatted(REGION))
                .POST(HttpRequest.BodyPublishers.ofString("{\"includeOpenHours\":true,\"includeFinalHours\":true}")).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.headers().firstValue("X-Amz-Function-Error").isPresent()) {
            throw new IllegalStateException("function %s: %d %s".formatted(function, answer.statusCode(), answer.body()));
        }
        return JSON.readTree(answer.body()).valueStream().mapToLong(type -> type.get("rowsOut").asLong()).sum();
    }

    @Override
    public void close() {
        http.close();
        process.close();
    }
}
