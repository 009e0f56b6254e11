package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.GroundTruth;
import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import dev.millrace.local.glue.NamedQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The whole way: devices, functions and compaction as deployed, and Trino over what they left. Every saved query must run on
/// it, and what the table holds is what the devices took.
@Timeout(300)
class QueriesOverADemoTest {
    private static Path work;
    private static GroundTruth truth;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void runADemo() throws IOException, InterruptedException {
        work = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "demo");
        Path log = work.resolve("demo.log");
        List<String> command = new JavaModule(LakeCloud.root().resolve("tests-integration/local-cloud/cli")).command(
                List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-Dmillrace.root=" + LakeCloud.root()), "dev.millrace.cli.Millrace",
                List.of("demo", "--profile", "truck", "--devices", "3", "--seconds", "10", "--mqtt-port", "0", "--aws-port", "0", "--work", work.resolve("run").toString()));
        Process demo = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(demo.waitFor(240, TimeUnit.SECONDS)).as("the demo ended").isTrue();
        assertThat(demo.exitValue()).as(() -> read(log)).isZero();
        truth = GroundTruth.read(work.resolve("run/truth.jsonl.gz"));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// @return the rows of the answer, without their head
    private List<String> query(String... arguments) {
        String[] all = new String[arguments.length + 3];
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        all[0] = "--csv";
        all[1] = "--work";
        all[2] = work.resolve("run").toString();
        int exit = Query.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), all);
        assertThat(exit).as(() -> err.toString(StandardCharsets.UTF_8)).isZero();
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
        out.reset();
        return lines;
    }

    @Test
    void theTableHoldsWhatTheDevicesTookEachReadingOnce() {
        long plausible = truth.readings().values().stream().filter(GroundTruth.Taken::isPlausible).count();

        assertThat(query("SELECT count(*), count(DISTINCT (thing, epoch, seq)) FROM truck_readings")).containsExactly(plausible + "," + plausible);
        assertThat(query("SELECT count(*) FROM truck")).containsExactly(Long.toString(plausible));
    }

    @Test
    void theAuditOfWhatTheDemoLeftNamesNothing() throws IOException, InterruptedException {
        Path log = work.resolve("audit.log");
        List<String> command = new JavaModule(LakeCloud.root().resolve("tests-integration/local-cloud/cli")).command(
                List.of("-XX:+UseSerialGC", "-Dmillrace.root=" + LakeCloud.root()), "dev.millrace.cli.Millrace", List.of("audit", "--work", work.resolve("run").toString()));
        int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();

        assertThat(exit).as(() -> read(log)).isZero();
        assertThat(read(log)).contains("truck-00001", "0 missing, 0 lost by devices, 0 given up").doesNotContain("Missing readings");
        long taken = truth.readings().size();
        assertThat(query("SELECT sum(expected), sum(taken), sum(missing) FROM completeness WHERE day >= '2026-01-01'")).containsExactly("%d,%d,0".formatted(taken, taken));
    }

    @Test
    void eachTrucksLastPositionIsThatOfItsLastReading() {
        Map<String, Long> last = new TreeMap<>();
        truth.readings().forEach((id, taken) -> {
            if (taken.isPlausible()) {
                last.merge(id.thing(), taken.takenAtMillis(), Math::max);
            }
        });

        Map<String, Instant> found = query("SELECT thing, to_unixtime(max(taken_at)) * 1000 FROM truck GROUP BY thing").stream().map(line -> line.split(",", -1))
                .collect(Collectors.toMap(cells -> cells[0], cells -> Instant.ofEpochMilli(Math.round(Double.parseDouble(cells[1])))));

        assertThat(found).isEqualTo(last.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> Instant.ofEpochMilli(entry.getValue()))));
        assertThat(query("--named", "last_position")).hasSameSizeAs(last.keySet());
    }

    @Test
    void everySavedQueryRunsOnWhatTheFunctionsWrote() throws IOException, InterruptedException {
        Path cloud = work.resolve("run/cloud");
        String region = LocalCloud.Settings.DEFAULT_REGION;
        List<NamedQuery> queries = NamedQuery.read(LocalLake.catalogDirectory(cloud));
        assertThat(queries).isNotEmpty();
        // one engine for all: it takes long to start
        try (LocalLake lake = LocalLake.open(LakeCloud.root(), cloud, region, LocalCloud.Settings.DEFAULT_ACCOUNT);
                Athena athena = Athena.open(new Athena.Lake(lake.awsEndpoint(), lake.awsEndpoint(), region, queries.getFirst().database()))) {
            queries.forEach(query -> athena.ask(query.queryString()));
        }
    }
}
