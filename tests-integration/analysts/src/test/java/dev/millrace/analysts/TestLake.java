package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.LocalLake;
import dev.millrace.local.glue.NamedQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.S3Client;

/// A lake with the ground truth in it, behind the tables of the synthesized template, compacted by the function as deployed,
/// and an engine that asks it. There is one in a test JVM, because it takes long to start.
///
/// Every named query was asked twice: when only days were there on which some query looks, and again when there were older ones, too.
final class TestLake {
    private static final long SEED = 20260305;
    /// Today, and the days at which some look-back begins or ends. The oldest first.
    private static final int[] DAYS_LOOKED_AT = {30, 7, 3, 2, 1, 0};
    /// Of each thing on these days; on older ones epochs are older.
    static final long FIRST_EPOCH_LOOKED_AT = 11;
    private static final int[] OLDER_DAYS = {60, 45, 32};
    private static TestLake shared;

    private final LakeCloud cloud;
    private final Path workDirectory;
    private final Athena athena;
    private final Map<String, NamedQuery> queries;
    private final List<Taken> truth = new ArrayList<>();
    private final List<Landing.Refused> refused = new ArrayList<>();
    private final Map<String, Answer> first;
    private final Map<String, Answer> withOlderDays;

    private TestLake() throws Exception {
        workDirectory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "lake");
        cloud = LakeCloud.start(workDirectory);
        Runtime.getRuntime().addShutdownHook(new Thread(cloud::close));
        queries = NamedQuery.read(LocalLake.catalogDirectory(workDirectory)).stream().collect(Collectors.toMap(NamedQuery::name, query -> query));
        athena = cloud.athena();
        try (S3Client s3 = cloud.s3()) {
            var landing = new Landing(s3, cloud.bucket());
            fill(s3, landing, FIRST_EPOCH_LOOKED_AT, DAYS_LOOKED_AT);
            first = askAll();
            fill(s3, landing, 1, OLDER_DAYS);
            withOlderDays = askAll();
        }
    }

    private void fill(S3Client s3, Landing landing, long firstEpoch, int... daysAgo) throws Exception {
        List<Taken> more = SeededFleet.on(SEED + truth.size(), firstEpoch, daysAgo);
        List<Landing.Refused> moreRefused = Landing.refusals(daysAgo);
        landing.land(more);
        landing.refuse(moreRefused);
        assertThat(cloud.compact()).as("each reading that arrived, once").isEqualTo(more.stream().filter(Taken::hasArrived).count());
        for (int ago : daysAgo) {
            Ledgers.write(s3, cloud.bucket(), more, SeededFleet.TODAY.minusDays(ago));
        }
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

    Path workDirectory() {
        return workDirectory;
    }

    Athena athena() {
        return athena;
    }

    /// The directory of the lake's objects: a file for each, by its key.
    Path objects() {
        return cloud.objects();
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
