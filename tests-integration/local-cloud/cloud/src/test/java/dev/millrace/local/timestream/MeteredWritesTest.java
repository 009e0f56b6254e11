package dev.millrace.local.timestream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

/// By what AWS bills writes (Timestream developer guide, "Metering and cost optimization", writes).
class MeteredWritesTest {
    /// time 8, dimension 2 and 60, measure 2 and 8.
    private static final int RECORD_BYTES = 8 + 2 + 60 + 2 + 8;

    @Test
    void aCallIsRoundedUpToAKibibyteAndNotEachRecord() {
        try (TimestreamServer server = TimestreamServer.withTable()) {
            server.write(records(12, List.of(dimension())).toArray(Record[]::new));
            assertThat(RECORD_BYTES * 12).isLessThan(1_024);
            assertThat(server.timestream.uses()).singleElement().satisfies(use -> assertThat(use.kibibytes()).isEqualTo(1));

            server.write(records(13, List.of(dimension())).toArray(Record[]::new));
            assertThat(server.timestream.uses()).singleElement().satisfies(use -> assertThat(use.kibibytes()).isEqualTo(1 + 2));
        }
    }

    @Test
    void whatAllRecordsHaveInCommonCountsOnce() {
        try (TimestreamServer server = TimestreamServer.withTable()) {
            server.writer.writeRecords(request -> request.databaseName(TimestreamServer.DATABASE).tableName(TimestreamServer.TABLE)
                    .commonAttributes(common -> common.dimensions(dimension())).records(records(50, List.of())));

            // 62 bytes once, and 18 for each
            assertThat(server.timestream.uses()).singleElement().satisfies(use -> assertThat(use.kibibytes()).isEqualTo(1));
        }
    }

    @Test
    void aLaterVersionOfARowIsWrittenAgainAndStoredOnce() {
        try (TimestreamServer server = TimestreamServer.withTable()) {
            Record record = records(1, List.of(dimension())).getFirst();
            server.write(record);
            server.write(record.toBuilder().version(2L).measureValue("3").build());

            assertThat(server.timestream.uses()).singleElement().satisfies(use -> {
                assertThat(use.kibibytes()).isEqualTo(2);
                assertThat(use.storedBytes()).isEqualTo(RECORD_BYTES);
            });
        }
    }

    private static Dimension dimension() {
        return Dimension.builder().name("id").value("x".repeat(60)).build();
    }

    private static List<Record> records(int count, List<Dimension> dimensions) {
        return IntStream.range(0, count).mapToObj(i -> Record.builder().dimensions(dimensions).measureName("kw").measureValue("1.5")
                .measureValueType(MeasureValueType.DOUBLE).time(Long.toString(TimestreamServer.NOW.toEpochMilli() + i)).build()).toList();
    }
}
