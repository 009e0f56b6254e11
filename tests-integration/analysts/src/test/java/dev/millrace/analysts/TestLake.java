package dev.millrace.analysts;

import dev.millrace.cli.Synthesis;
import dev.millrace.local.LakeTemplate;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import dev.millrace.local.glue.NamedQuery;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A lake with the ground truth in it, behind the tables of the synthesized template, and an engine that asks it. There is one
/// in a test JVM, because it takes long to start.
///
/// Every named query was asked twice: when only days were there on which some query looks, and again when there were older ones, too.
final class TestLake {
    private static final long SEED = 20260305;
    /// Today, and the days at which some look-back begins or ends. The oldest first.
    private static final int[] DAYS_LOOKED_AT = {30, 7, 3, 2, 1, 0};
    private static final int[] OLDER_DAYS = {60, 45, 32};
    private static TestLake shared;

    private final LocalLake lake;
    private final Path workDirectory;
    private final Athena athena;
    private final String bucket;
    private final Map<String, NamedQuery> queries;
    private final List<Taken> truth = new ArrayList<>();
    private final List<Landing.Refused> refused = new ArrayList<>();
    private final Map<String, Answer> first;
    private final Map<String, Answer> withOlderDays;

    private TestLake() throws Exception {
        String region = LocalCloud.Settings.DEFAULT_REGION;
        String account = LocalCloud.Settings.DEFAULT_ACCOUNT;
        workDirectory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "lake");
        Path root = root();
        Path assembly = new Synthesis(root).run(workDirectory.resolve("cdk.out"), workDirectory.resolve("synth.log"));
        lake = LocalLake.open(root, workDirectory, region, account);
        Runtime.getRuntime().addShutdownHook(new Thread(lake::close));
        URI endpoint = lake.awsEndpoint();
        S3Client s3 = S3Client.builder().endpointOverride(endpoint).region(Region.of(region)).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("writer", "local")))
                .httpClientBuilder(Apache5HttpClient.builder()).build();
        Map<String, String> outputs = LakeTemplate.deploy(assembly, workDirectory, region, account, s3);
        bucket = outputs.get("LakeBucket");
        queries = NamedQuery.read(LocalLake.catalogDirectory(workDirectory)).stream().collect(Collectors.toMap(NamedQuery::name, query -> query));
        var landing = new Landing(s3, bucket);
        try (var tables = new ReadingsTables(endpoint, region, outputs.get("GlueDatabase"), bucket)) {
            tables.create();
            athena = Athena.open(new Athena.Lake(endpoint, endpoint, region, outputs.get("GlueDatabase")));
            fill(landing, tables, DAYS_LOOKED_AT);
            first = askAll();
            fill(landing, tables, OLDER_DAYS);
            withOlderDays = askAll();
        }
    }

    private void fill(Landing landing, ReadingsTables tables, int... daysAgo) throws Exception {
        List<Taken> more = SeededFleet.on(SEED + truth.size(), daysAgo);
        List<Landing.Refused> moreRefused = Landing.refusals(daysAgo);
        landing.land(more);
        landing.refuse(moreRefused);
        tables.append(more);
        truth.addAll(more);
        refused.addAll(moreRefused);
    }

    private Map<String, Answer> askAll() {
        Map<String, Answer> answers = new TreeMap<>();
        queries.forEach((name, query) -> answers.put(name, athena.ask(query.queryString(), SeededFleet.NOW)));
        return answers;
    }

    static synchronized TestLake get() {
        if (shared == null) {
            try {
                shared = new TestLake();
            } catch (Exception e) {
                throw new IllegalStateException("the lake of the tests did not start", e);
            }
        }
        return shared;
    }

    static Path root() {
        return Path.of(System.getProperty("millrace.root")).toAbsolutePath().normalize();
    }

    Path workDirectory() {
        return workDirectory;
    }

    Athena athena() {
        return athena;
    }

    /// The directory of the lake's objects: a file for each, by its key.
    Path objects() {
        return workDirectory.resolve("s3").resolve(bucket);
    }

    Map<String, NamedQuery> queries() {
        return queries;
    }

    /// Everything that was taken, older days included.
    List<Taken> truth() {
        return List.copyOf(truth);
    }

    List<Landing.Refused> refused() {
        return List.copyOf(refused);
    }

    /// Before there were older days.
    Answer firstAnswer(String query) {
        return first.get(query);
    }

    /// When everything was there.
    Answer answer(String query) {
        return withOlderDays.get(query);
    }
}
