package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Compaction;
import dev.millrace.cli.Deployed;
import dev.millrace.cli.Findings;
import dev.millrace.cli.HotStore;
import dev.millrace.cli.LakeCatalog;
import dev.millrace.cli.LakeFiles;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.RunningPane;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.timestream.TimestreamSeries;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// A defect has spoilt what is stored; the readings have landed. `./millrace replay` says what is wrong and mends it.
@Timeout(180)
class ReplayTest {
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");
    private static final String THING = "replayed-1";
    private static final TableIdentifier TABLE = TableIdentifier.of("millrace_demo", LakeLayout.readingsTable(ENVIRONMENT));

    private final SharedCloud cloud = shared();
    private final Deployed deployed = cloud.stage().deployed();
    private final long nowMillis = System.currentTimeMillis();
    /// A day of its own, so the table has files of this thing alone.
    private final long thenMillis = nowMillis - Duration.ofDays(5).toMillis() - nowMillis % 60_000;
    private final List<Reading> readings = List.of(Payload.reading(THING, 1, thenMillis + 1_000, 10), Payload.reading(THING, 2, thenMillis + 2_000, 12),
            Payload.reading(THING, 3, thenMillis + 61_000, 30), Payload.reading(THING, 4, nowMillis, 20));

    private static SharedCloud shared() {
        try {
            return SharedCloud.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatADefectHasSpoiltIsFoundWithoutTouchingItAndThenMended() throws Exception {
        cloud.put(List.of(Payload.pack(THING, readings.toArray(Reading[]::new)), Payload.pack(THING, readings.get(1))));
        cloud.awaitDrained();
        Compaction.run(cloud.cloud());
        assertThat(replay("--dry-run")).satisfies(said -> {
            assertThat(said.lines()).contains("All of it is stored as this code would store it.");
            assertThat(said.exit()).isZero();
        });

        spoilTable();
        spoilHotStore();
        List<Object> spoilt = stored();

        OperatorCommand.Said dry = replay("--dry-run");
        assertThat(dry.exit()).isEqualTo(1);
        assertThat(dry.lines()).anyMatch(line -> line.startsWith("  table: replayed-1 epoch 1 seq 1,") && line.endsWith("is missing; replayed {temperature_c=10.0}"))
                .anyMatch(line -> line.contains("table: replayed-1 epoch 1 seq 2,")).anyMatch(line -> line.contains("table: replayed-1 epoch 1 seq 3,"))
                .anyMatch(line -> line.startsWith("  hot store: replayed-1 epoch 1 seq 2,")
                        && line.endsWith("is different; replayed {temperature_c=12.0}; stored {temperature_c=99.0}"))
                .anyMatch(line -> line.startsWith("  panes: replayed-1 pane_1m,") && line.contains("is different"))
                .contains("It is not stored as this code would store it. Nothing was mended: --dry-run.");
        assertThat(stored()).as("a dry run changes nothing").isEqualTo(spoilt);
        assertThat(shadow()).as("what the replay made, as DuckDB reads it").containsExactlyInAnyOrderElementsOf(readings.stream().map(ReplayTest::row).toList());

        OperatorCommand.Said mended = replay();
        assertThat(mended.lines()).contains("All of it is stored as this code would store it, now that it is mended.");
        assertThat(mended.exit()).isZero();
        assertThat(cloud.accounts().table(THING)).containsExactlyElementsOf(readings.stream().map(Reading::id).toList());
        assertThat(hot()).containsExactlyInAnyOrderElementsOf(readings.stream().map(ReplayTest::row).toList());
        assertThat(cloud.accounts().inPanes(THING)).isEqualTo(4);
        assertThat(cloud.accounts().averageSince(THING, thenMillis)).isEqualTo((10 + 12 + 30 + 20) / 4.0);

        Compaction.run(cloud.cloud());
        assertThat(cloud.accounts().table(THING)).as("compaction goes on with what the replay left").hasSize(4);
        assertThat(replay().lines()).contains("All of it is stored as this code would store it.");
    }

    private OperatorCommand.Said replay(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("replay", "--environment", "demo", "--type", "environment", "--thing", THING,
                "--from", Instant.ofEpochMilli(nowMillis).minus(Duration.ofDays(6)).toString(), "--to", Instant.ofEpochMilli(nowMillis).plus(Duration.ofHours(2)).toString()));
        arguments.addAll(List.of(more));
        return OperatorCommand.run(cloud, arguments.toArray(String[]::new));
    }

    /// A compaction that loses what it has entered into its ledgers.
    private void spoilTable() throws Exception {
        Table table = LakeCatalog.catalog(deployed.endpoint(), deployed.region(), deployed.output("LakeBucket")).loadTable(TABLE);
        long micros = thenMillis * 1_000;
        List<DataFile> ofThatDay = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(Expressions.and(Expressions.greaterThanOrEqual("taken_at", micros),
                Expressions.lessThan("taken_at", micros + Duration.ofMinutes(2).toMillis() * 1_000))).planFiles()) {
            tasks.forEach(task -> ofThatDay.add(task.file()));
        }
        assertThat(ofThatDay).isNotEmpty();
        DeleteFiles delete = table.newDelete();
        ofThatDay.forEach(delete::deleteFile);
        delete.commit();
        assertThat(cloud.accounts().table(THING)).containsExactly(readings.getLast().id());
    }

    /// A hot path that writes a wrong value, and counts a reading twice.
    private void spoilHotStore() {
        Reading wrong = Payload.reading(THING, 2, thenMillis + 2_000, 99);
        RunningPane pane = RunningPane.around(ENVIRONMENT, wrong.takenAtMillis());
        List.of(readings.get(0), readings.get(1), readings.get(1)).forEach(pane::add);
        TimestreamSeries series = TimestreamSeries.over(AwsClients.pointed(TimestreamWriteClient.builder(), deployed), deployed.output("TimestreamDatabase"),
                deployed.output("ReadingsTable"), deployed.output("RollupsTable"), 2);
        series.store(List.of(new Accepted(wrong, ENVIRONMENT, new StreamRecord("1", THING, nowMillis, new byte[0]), false)),
                List.of(Rollup.corrected(THING, ENVIRONMENT, pane.result(), generation())));
        assertThat(hot()).contains(row(wrong));
        assertThat(cloud.accounts().inPanes(THING)).isEqualTo(5);
    }

    /// Of the table, by the name of its last state.
    private long generation() {
        return cloud.stage().clients().s3().listObjectsV2Paginator(list -> list.bucket(deployed.output("LakeBucket"))
                .prefix(LakeLayout.READINGS_STATE_PREFIX + "environment/")).contents().stream().map(S3Object::key)
                .mapToLong(key -> Long.parseLong(key.substring(key.lastIndexOf('/') + 1, key.indexOf('-', key.lastIndexOf('/'))))).max().orElseThrow();
    }

    private static Findings.Row row(Reading reading) {
        return new Findings.Row(reading.id(), reading.takenAtMillis(), new TreeMap<>(reading.measures()));
    }

    private List<Object> stored() throws Exception {
        return List.of(cloud.accounts().table(THING), hot(), cloud.accounts().inPanes(THING));
    }

    private List<Findings.Row> hot() {
        List<Findings.Row> rows = new ArrayList<>();
        HotStore.of(cloud.stage().clients().timestream(), deployed).readings(ENVIRONMENT, row -> {
            if (row.id().thing().equals(THING)) {
                rows.add(row);
            }
        });
        return rows;
    }

    /// By another library than the one that wrote it; of the last replay.
    private List<Findings.Row> shadow() throws Exception {
        NavigableMap<String, LakeFiles> byRun = new TreeMap<>();
        String bucket = deployed.output("LakeBucket");
        for (S3Object object : cloud.stage().clients().s3().listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.REPLAY_PREFIX)).contents()) {
            String run = object.key().substring(0, object.key().indexOf('/', LakeLayout.REPLAY_PREFIX.length()) + 1);
            if (!byRun.containsKey(run)) {
                byRun.put(run, LakeFiles.under(cloud.stage().clients().s3(), bucket, run, ENVIRONMENT, Directories.fresh("shadow")));
            }
        }
        List<Findings.Row> rows = new ArrayList<>();
        byRun.lastEntry().getValue().rows(rows::add);
        return rows;
    }
}
