package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.DATABASE;
import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.TABLE;
import static dev.millrace.local.timestream.TimestreamServer.dimension;
import static dev.millrace.local.timestream.TimestreamServer.measure;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RecordsIngested;
import software.amazon.awssdk.services.timestreamwrite.model.ResourceNotFoundException;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;
import software.amazon.awssdk.services.timestreamwrite.model.ValidationException;

class WriteLimitsTest {
    private TimestreamServer server = TimestreamServer.withTable();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aCallTakesOneToAHundredRecords() {
        assertThat(server.write(trucks(100)).recordsIngested().total()).isEqualTo(100);

        assertInvalid("1 to 100 records, not 101", trucks(101));
        assertInvalid("1 to 100 records, not 0");
    }

    @Test
    void aVersionIsAtLeastOne() {
        assertInvalid("Version must be at least 1, not 0", truck("truck-1", NOW, 1).version(0L).build());
    }

    @Test
    void nothingIsStoredWhenTheCallIsNotValid() {
        assertInvalid("Version", truck("truck-1", NOW, 1).build(), truck("truck-2", NOW, 1).version(0L).build());

        assertThat(server.value("SELECT count(*) FROM fleet.readings")).isEqualTo("0");
    }

    @Test
    void commonAttributesAreMergedIntoEachRecord() {
        server.writer.writeRecords(request -> request.databaseName(DATABASE).tableName(TABLE)
                .commonAttributes(common -> common.dimensions(dimension("site", "A")).measureName("truck").measureValueType(MeasureValueType.MULTI)
                        .time(Long.toString(NOW.toEpochMilli())).version(3L).measureValues(measure("rpm", "900", MeasureValueType.BIGINT)))
                .records(Record.builder().dimensions(dimension("thing", "truck-1")).build(),
                        Record.builder().dimensions(dimension("thing", "truck-2")).measureValues(measure("speed_kmh", "5", MeasureValueType.DOUBLE)).build()));

        assertThat(server.query("SELECT site, thing, measure_name, time, rpm, speed_kmh FROM fleet.readings ORDER BY thing")).isEqualTo(List.of(
                java.util.Arrays.asList("A", "truck-1", "truck", "2026-11-23 10:17:30.000000000", "900", null),
                List.of("A", "truck-2", "truck", "2026-11-23 10:17:30.000000000", "900", "5.0")));
    }

    @Test
    void aDimensionInBothRecordAndCommonAttributesIsRefused() {
        assertThatThrownBy(() -> server.writer.writeRecords(request -> request.databaseName(DATABASE).tableName(TABLE)
                .commonAttributes(common -> common.dimensions(dimension("thing", "truck-1"))).records(truck("truck-1", NOW, 1).build())))
                .isInstanceOf(ValidationException.class).hasMessageContaining("dimension 'thing' twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "measure_value", "ts_non_existent_col", "ts_x", "measure_name", "measure_name_x"})
    void reservedNamesAreRefused(String name) {
        assertInvalid("'" + name + "' is empty or reserved", truck("truck-1", NOW, 1).dimensions(dimension(name, "x")).build());
        assertInvalid("'" + name + "' is empty or reserved", multi(measure(name, "1", MeasureValueType.DOUBLE)));
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, NaN", "DOUBLE, Infinity", "DOUBLE, -Infinity", "DOUBLE, 1.5d", "DOUBLE, x", "BIGINT, 1.5", "BIGINT, 9223372036854775808",
            "BOOLEAN, yes", "TIMESTAMP, soon"})
    void aValueThatDoesNotFitItsTypeIsRefused(MeasureValueType type, String value) {
        assertInvalid("'%s' of measure 'm'".formatted(value), multi(measure("m", value, type)));
    }

    @ParameterizedTest
    @CsvSource({"901, false", "900, false", "899, true", "-21600, true", "-21601, false"})
    void theMemoryStoreTakesSixHoursBackAndFifteenMinutesAhead(int secondsFromNow, boolean taken) {
        List<String> reasons = server.rejected(truck("truck-1", NOW.plusSeconds(secondsFromNow), 1).build()).stream().map(one -> one.reason()).toList();

        assertThat(reasons).isEqualTo(taken ? List.of()
                : List.of("The record timestamp is outside the time range [2026-11-23T04:17:30Z, 2026-11-23T10:32:30Z) of the memory store."));
    }

    @Test
    void withMagneticWritesOlderRecordsAreTakenAndCountedApart() {
        server.close();
        server = TimestreamServer.withTable(new TableSettings(6, 1, true, new PartitionKey.ByMeasure()));

        RecordsIngested ingested = server.write(truck("truck-1", NOW, 1).build(), truck("truck-1", NOW.minus(Duration.ofHours(7)), 2).build()).recordsIngested();

        assertThat(List.of(ingested.total(), ingested.memoryStore(), ingested.magneticStore())).containsExactly(2, 1, 1);
        assertThat(server.rejected(truck("truck-1", NOW.minus(Duration.ofHours(30)), 3).build())).isEmpty();
        assertThat(server.rejected(truck("truck-1", NOW.minus(Duration.ofHours(30)).minusSeconds(1), 4).build())).singleElement()
                .satisfies(one -> assertThat(one.reason()).endsWith("of the data ingestion window."));
    }

    @Test
    void aTimeIsAWholeNumberFrom1970To2262() {
        assertInvalid("Time '1.5' is not a whole number", truck("truck-1", NOW, 1).time("1.5").build());
        assertInvalid("not within 1970", truck("truck-1", NOW, 1).time("-1").build());
        assertInvalid("not within 1970", truck("truck-1", NOW, 1).time("9223372037").timeUnit(TimeUnit.SECONDS).build());
    }

    @ParameterizedTest
    @CsvSource({"SECONDS, 1795429050", "MILLISECONDS, 1795429050000", "MICROSECONDS, 1795429050000000", "NANOSECONDS, 1795429050000000000"})
    void everyTimeUnitMeansTheSameInstant(TimeUnit unit, String time) {
        server.write(truck("truck-1", NOW, 1).time(time).timeUnit(unit).build());

        assertThat(server.value("SELECT time FROM fleet.readings")).isEqualTo("2026-11-23 10:17:30.000000000");
    }

    @Test
    void aMeasureKeepsItsType() {
        server.write(multi(measure("m", "1", MeasureValueType.BIGINT)), single("s", MeasureValueType.DOUBLE, "1"));

        assertRejected("The measure 'm' has data type BIGINT, not DOUBLE.", multi(measure("m", "1", MeasureValueType.DOUBLE)));
        assertRejected("The measure 's' has data type DOUBLE, not VARCHAR.", single("s", MeasureValueType.VARCHAR, "1"));
        assertRejected("The measure 'multi' has data type MULTI, not DOUBLE.", single("multi", MeasureValueType.DOUBLE, "1"));
    }

    @Test
    void aNameIsADimensionOrAMeasure() {
        server.write(truck("truck-1", NOW, 1).build());

        assertRejected("The column 'thing' is already a dimension.", multi(measure("thing", "1", MeasureValueType.DOUBLE)));
        assertRejected("The column 'speed_kmh' is already a measure.", truck("x", NOW, 1).dimensions(dimension("speed_kmh", "1")).build());
        assertRejected("differ in case alone", multi(measure("Speed_kmh", "1", MeasureValueType.DOUBLE)));
    }

    @Test
    void namesAndRecordsHaveALength() {
        String sixty = "d".repeat(60);
        server.write(truck("x", NOW, 1).dimensions(dimension(sixty, "x")).build(), single("m".repeat(256), MeasureValueType.DOUBLE, "1"));

        assertRejected("longer than 60 bytes", truck("x", NOW, 2).dimensions(dimension(sixty + "d", "x")).build());
        assertRejected("longer than 256 bytes", single("m".repeat(257), MeasureValueType.DOUBLE, "1"));
        assertRejected("longer than 256 bytes", multi(measure("m".repeat(257), "1", MeasureValueType.DOUBLE)));
        assertRejected("bytes, over 2048", multi(measure("v", "x".repeat(2_048), MeasureValueType.VARCHAR)));
        assertInvalid("1 to 2048 bytes", multi(measure("v", "x".repeat(2_049), MeasureValueType.VARCHAR)));
    }

    @Test
    void aRecordHasAtMost256MeasuresAnd128Dimensions() {
        assertInvalid("1 to 256 MeasureValues, not 257", multi(IntStream.range(0, 257).mapToObj(i -> measure("m" + i, "true", MeasureValueType.BOOLEAN)).toArray(MeasureValue[]::new)));
        assertInvalid("129 dimensions, over 128", truck("x", NOW, 1).dimensions(IntStream.range(0, 129).mapToObj(i -> dimension("d" + i, "x")).toArray(Dimension[]::new)).build());
    }

    @Test
    void aTableHasAtMost128Dimensions() {
        for (int i = 0; i < 128; i += 64) {
            int from = i;
            server.write(truck("x", NOW, 1).dimensions(IntStream.range(from, from + 64).mapToObj(d -> dimension("d" + d, "x")).toArray(Dimension[]::new)).build());
        }

        assertRejected("over 128 dimensions", truck("x", NOW, 1).dimensions(dimension("d128", "x")).build());
        assertThat(server.rejected(truck("x", NOW, 1).dimensions(dimension("d127", "x")).build())).isEmpty();
    }

    @Test
    void aTableHasAtMost1024MeasuresInMultiMeasureRecords() {
        for (int i = 0; i < 1_024; i += 64) {
            int from = i;
            server.write(truck("x" + i, NOW, 1).measureValues(IntStream.range(from, from + 64).mapToObj(m -> measure("m" + m, "1", MeasureValueType.BIGINT)).toList()).build());
        }

        assertRejected("over 1024 measures", multi(measure("m1024", "1", MeasureValueType.BIGINT)));
    }

    @Test
    void aTableHasAtMost8192MeasureNames() {
        var batch = new ArrayList<Record>();
        for (int i = 0; i < 8_192; i++) {
            batch.add(single("m" + i, MeasureValueType.DOUBLE, "1"));
            if (batch.size() == 64) {
                server.write(batch.toArray(Record[]::new));
                batch.clear();
            }
        }

        assertRejected("already has 8192 measure names", single("m8192", MeasureValueType.DOUBLE, "1"));
        assertThat(server.value("SELECT count(distinct measure_name) FROM fleet.readings")).isEqualTo("8192");
    }

    @Test
    void aRejectedRecordLeavesNoColumn() {
        assertRejected("outside the time range", truck("truck-1", NOW.minus(Duration.ofDays(1)), 1).build());

        assertThatThrownBy(() -> server.query("SELECT speed_kmh FROM fleet.readings")).hasMessageContaining("speed_kmh");
    }

    @Test
    void aRequiredPartitionKeyMustBeInEveryRecord() {
        server.close();
        server = TimestreamServer.withTable(new TableSettings(6, 1, false, new PartitionKey.ByDimension("thing", true)));

        assertRejected("has no dimension 'thing'", truck("x", NOW, 1).dimensions(dimension("site", "A")).build());
        assertThat(server.rejected(truck("truck-1", NOW, 1).build())).isEmpty();
    }

    @Test
    void anOptionalPartitionKeyMayBeMissing() {
        server.close();
        server = TimestreamServer.withTable(new TableSettings(6, 1, false, new PartitionKey.ByDimension("thing", false)));

        assertThat(server.rejected(truck("x", NOW, 1).dimensions(dimension("site", "A")).build())).isEmpty();
    }

    @Test
    void timestampsAreForMultiMeasureRecordsOnly() {
        assertInvalid("TIMESTAMP is allowed in MULTI records only", single("m", MeasureValueType.TIMESTAMP, "1"));
    }

    @Test
    void anUnknownTableIsNotFound() {
        assertThatThrownBy(() -> server.writer.writeRecords(request -> request.databaseName(DATABASE).tableName("nowhere").records(trucks(1))))
                .isInstanceOf(ResourceNotFoundException.class).hasMessageContaining("fleet.nowhere does not exist");
    }

    private void assertInvalid(String message, Record... records) {
        assertThatThrownBy(() -> server.write(records)).isInstanceOf(ValidationException.class).hasMessageContaining(message);
    }

    private void assertRejected(String reason, Record rejected) {
        assertThat(server.rejected(rejected)).singleElement().satisfies(one -> assertThat(one.reason()).contains(reason));
    }

    private static Record[] trucks(int count) {
        return IntStream.range(0, count).mapToObj(i -> truck("truck-" + i, NOW, i).build()).toArray(Record[]::new);
    }

    private static Record multi(MeasureValue... measures) {
        return truck("truck-1", NOW, 1).measureName("multi").measureValues(measures).build();
    }

    private static Record single(String name, MeasureValueType type, String value) {
        return Record.builder().dimensions(dimension("thing", "truck-1")).measureName(name).measureValue(value).measureValueType(type)
                .time(Long.toString(NOW.toEpochMilli())).build();
    }
}
