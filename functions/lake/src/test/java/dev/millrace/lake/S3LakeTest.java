package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our own reader agreeing with our writer would prove nothing: DuckDB reads what we wrote.
class S3LakeTest {
    private static final long ARRIVED = 1_795_003_200_123L;
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");
    private static final String KEY = "lake/landing/environment/arrival_date=2026-11-18/arrival_hour=12/shardId-000000000001-11-12.parquet";
    private final FakeS3 s3 = new FakeS3();
    private final Lake lake = new S3Lake(s3, "lake");
    private final Batch batch = new Batch("shardId-000000000001",
            List.of(new StreamRecord("11", "b", ARRIVED, new byte[0]), new StreamRecord("12", "a", ARRIVED + 7_200_000, new byte[0])));

    @TempDir
    private Path directory;

    private static Lake.Landed landed(String thing, long seq, Map<String, Double> measures) {
        return new Lake.Landed(new Reading(new ReadingId(thing, 7, seq), ARRIVED - 1_000 + seq, new TreeMap<>(measures)), ARRIVED);
    }

    @Test
    void anotherEngineReadsEveryColumnSortedByThingAndTime() throws Exception {
        lake.land(batch, ENVIRONMENT, List.of(landed("b", 2, Map.of("temperature_c", 20.25)), landed("b", 1, Map.of("humidity_pct", 40.0)),
                landed("a", 1, Map.of("temperature_c", -1.5, "tyre_bar_1", 8.1))));

        assertThat(s3.objects).containsOnlyKeys(KEY);
        assertThat(query("""
                SELECT thing, epoch, seq, epoch_us(taken_at), epoch_us(arrived_at), temperature_c, humidity_pct, other_measures['tyre_bar_1']
                FROM read_parquet('%s')""")).containsExactly(
                "a 7 1 1795003199124000 1795003200123000 -1.5 null 8.1",
                "b 7 1 1795003199124000 1795003200123000 null 40.0 null",
                "b 7 2 1795003199125000 1795003200123000 20.25 null null");
    }

    @Test
    void aThirdReaderReadsTheSame() throws Exception {
        lake.land(batch, ENVIRONMENT, List.of(landed("b", 2, Map.of("temperature_c", 20.25)), landed("a", 1, Map.of("humidity_pct", -0.0, "tyre_bar_1", 8.1))));

        assertThat(Readers.rowsOfHardwood(s3.objects.get(KEY), ENVIRONMENT)).isEqualTo(Readers.rowsOfDuckDb(directory, s3.objects.get(KEY), ENVIRONMENT))
                .containsExactly("a 7 1 1795003199124000 1795003200123000 null -0.0 {tyre_bar_1=8.1}",
                        "b 7 2 1795003199125000 1795003200123000 20.25 null null");
    }

    @Test
    void timesAreUtcTimestampsInMicroseconds() throws Exception {
        lake.land(batch, ENVIRONMENT, List.of(landed("a", 1, Map.of("temperature_c", 1.0))));

        assertThat(query("SELECT typeof(taken_at), typeof(arrived_at) FROM read_parquet('%s')"))
                .containsExactly("TIMESTAMP WITH TIME ZONE TIMESTAMP WITH TIME ZONE");
    }

    @Test
    void theFileSaysWhereItComesFrom() throws Exception {
        new S3Lake(s3, "lake", "17").land(batch, ENVIRONMENT, List.of(landed("a", 1, Map.of("temperature_c", 1.0))));

        assertThat(query("SELECT decode(key) || '=' || decode(value) FROM parquet_kv_metadata('%s')"))
                .contains("millrace.type=environment", "millrace.schema-version=1.2", "millrace.shard=shardId-000000000001",
                        "millrace.first-sequence-number=11", "millrace.last-sequence-number=12", "millrace.function-version=17");
        assertThat(query("SELECT DISTINCT compression FROM parquet_metadata('%s')")).containsExactly("ZSTD");
    }

    @Test
    void withoutAPublishedVersionTheFileNamesItsBuild() throws Exception {
        lake.land(batch, ENVIRONMENT, List.of(landed("a", 1, Map.of("temperature_c", 1.0))));

        assertThat(query("SELECT decode(value) FROM parquet_kv_metadata('%s') WHERE decode(key) = 'millrace.function-version'"))
                .singleElement().asString().matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void theSameBatchAgainWritesTheSameBytesUnderTheSameKey() throws Exception {
        List<Lake.Landed> readings = List.of(landed("b", 2, Map.of("temperature_c", 2.0)), landed("a", 1, Map.of("temperature_c", 1.0)));
        lake.land(batch, ENVIRONMENT, readings);
        byte[] first = s3.objects.get(KEY);

        lake.land(batch, ENVIRONMENT, readings);

        assertThat(s3.objects).hasSize(1);
        assertThat(s3.objects.get(KEY)).isEqualTo(first);
    }

    @Test
    void aStoreThatIsDownIsToBeTriedAgain() {
        s3.isDown = true;

        assertThatExceptionOfType(SinkUnavailable.class)
                .isThrownBy(() -> lake.land(batch, ENVIRONMENT, List.of(landed("a", 1, Map.of("temperature_c", 1.0)))))
                .withMessageContaining("s3://lake/landing/environment/").withMessageContaining("connection refused");
    }

    private List<String> query(String sql) throws Exception {
        return Readers.duckDb(directory, s3.objects.get(KEY), sql);
    }
}
