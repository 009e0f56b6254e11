package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.services.s3.S3Client;

/// How many bytes "one truck, one day" reads of landing and of the table that the function made of it, for a day of a fleet of
/// which each truck takes a reading every two seconds. The fleet may be small: the bytes of landing grow with it, those of the
/// table hardly.
///
/// `mvn -B package -Dtest=TruckDayBenchmarkTest -Dfuzz.skip -Dsurefire.failIfNoSpecifiedTests=false
/// -DargLine.extra="-Xmx1g -XX:+UseSerialGC --add-modules=jdk.incubator.vector --sun-misc-unsafe-memory-access=allow -Dmillrace.bench.trucks=100"`
@EnabledIfSystemProperty(named = "millrace.bench.trucks", matches = "\\d+")
class TruckDayBenchmarkTest {
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-04T00:00:00Z");
    private static final int STEP_SECONDS = 2;
    private static final int PACK = 10;
    private static final int ROWS_AN_OBJECT = 10_000;
    /// The issue of the lake asks for ten.
    private static final int TIMES_FEWER = 10;
    private static final String SELECT = "SELECT count(*), max(speed_kmh), min(fuel_pct), max_by(lat, taken_at), max_by(lon, taken_at) FROM ";

    private final SplittableRandom random = new SplittableRandom(1);
    private long sequenceNumber = 1;

    @Test
    void oneTruckOneDay() throws Exception {
        int trucks = Integer.getInteger("millrace.bench.trucks");
        Path work = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "truck-day");
        try (LakeCloud cloud = LakeCloud.start(work); S3Client s3 = cloud.s3(); Athena athena = cloud.athena()) {
            long rows = land(new S3Lake(s3, cloud.bucket()), trucks);
            long start = System.nanoTime();
            assertThat(cloud.compact()).isEqualTo(rows);
            double seconds = (System.nanoTime() - start) / 1e9;
            String truck = name(trucks / 2);
            Instant asked = MIDNIGHT.plus(Duration.ofDays(1));

            Answer landing = athena.ask(SELECT + "truck_landing WHERE arrival_date = '2026-03-04' AND thing = '%s'".formatted(truck), asked);
            Answer table = athena.ask(SELECT + "truck WHERE taken_at >= TIMESTAMP '2026-03-04 00:00:00 UTC' AND taken_at < TIMESTAMP '2026-03-05 00:00:00 UTC' AND thing = '%s'".formatted(truck), asked);

            System.out.println("one truck of %,d, one day of %,d readings: %,d bytes of landing, %,d of the table, %.1f times fewer; all was compacted in %.0f s"
                    .formatted(trucks, rows, landing.scannedBytes(), table.scannedBytes(), (double) landing.scannedBytes() / table.scannedBytes(), seconds));
            assertThat(landing.rows().getFirst().getFirst()).isEqualTo(Duration.ofDays(1).toSeconds() / STEP_SECONDS);
            assertThat(table.rows()).isEqualTo(landing.rows());
            assertThat(table.scannedBytes()).isLessThan(landing.scannedBytes() / TIMES_FEWER);
        }
    }

    private static String name(int number) {
        return "truck-%05d".formatted(number);
    }

    /// Packs of one truck after the other, as they arrive: at once, but for the last of the day.
    private long land(S3Lake lake, int trucks) throws SinkUnavailable {
        List<Landed> batch = new ArrayList<>();
        long rows = 0;
        for (int second = 0; second < Duration.ofDays(1).toSeconds(); second += PACK * STEP_SECONDS) {
            for (int truck = 0; truck < trucks; truck++) {
                for (int i = 0; i < PACK; i++) {
                    long takenAt = MIDNIGHT.plusSeconds(second + (long) i * STEP_SECONDS).toEpochMilli();
                    batch.add(new Landed(new Reading(new ReadingId(name(truck), 1, second / STEP_SECONDS + i + 1L), takenAt, measures()), MIDNIGHT.plusSeconds(second + PACK * STEP_SECONDS - 1).toEpochMilli()));
                }
                if (batch.size() >= ROWS_AN_OBJECT) {
                    rows += land(lake, batch);
                }
            }
        }
        return rows + land(lake, batch);
    }

    private long land(S3Lake lake, List<Landed> batch) throws SinkUnavailable {
        if (batch.isEmpty()) {
            return 0;
        }
        long rows = batch.size();
        var record = new StreamRecord(Long.toString(sequenceNumber++), "many", batch.getFirst().arrivedAtMillis(), new byte[0]);
        lake.land(new Batch("shardId-000000000001", List.of(record)), TRUCK, batch);
        batch.clear();
        return rows;
    }

    private SortedMap<String, Double> measures() {
        SortedMap<String, Double> measures = new TreeMap<>();
        for (DeviceType.Measure measure : TRUCK.measures()) {
            measures.put(measure.name(), Math.round((measure.min() + (measure.max() - measure.min()) * random.nextDouble()) * 10) / 10.0);
        }
        return measures;
    }
}
