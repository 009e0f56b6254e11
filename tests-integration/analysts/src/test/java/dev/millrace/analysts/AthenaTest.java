package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AthenaTest {
    private final TestLake lake = TestLake.get();

    private Answer ask(String sql) {
        return lake.athena().ask(sql, SeededFleet.NOW);
    }

    @Test
    void oneCatalogHasLandingIcebergTablesAndViews() {
        assertThat(ask("SHOW TABLES").rows()).extracting(List::getFirst).contains("truck", "truck_landing", "truck_readings", "quarantine", "lost_readings");
        assertThat(ask("SELECT count(*) FROM awsdatacatalog.millrace_demo.truck").rows()).isEqualTo(ask("SELECT count(*) FROM truck_readings").rows());
    }

    @Test
    void aViewHidesWhatOnlyMattersToThePipeline() {
        assertThat(ask("DESCRIBE environment").rows()).extracting(row -> row.get(0) + " " + row.get(1)).containsExactly("thing varchar",
                "taken_at timestamp(6) with time zone", "temperature_c double", "humidity_pct double", "other_measures map(varchar, double)");
        assertThat(ask("SELECT DISTINCT thing FROM environment WHERE element_at(other_measures, 'co2_ppm') > 0").rows()).containsExactly(List.of("environment-00003"));
    }

    @Test
    void aViewHasTheRowsOfItsIcebergTableOnce() {
        long arrived = lake.truth().stream().filter(taken -> taken.type().equals("machine") && taken.hasArrived()).count();

        assertThat(ask("SELECT count(*), count(DISTINCT row(thing, taken_at)) FROM machine").rows()).containsExactly(List.of(arrived, arrived));
    }

    @Test
    void partitionsOfLandingAreProjectedAndPrune() {
        Answer day = ask("SELECT count(*), sum(fuel_pct) FROM truck_landing WHERE arrival_date = '2026-03-04'");
        Answer hours = ask("SELECT count(*), sum(fuel_pct) FROM truck_landing WHERE arrival_date = '2026-03-04' AND arrival_hour < '06'");

        long expected = lake.truth().stream().filter(taken -> taken.type().equals("truck")).flatMap(taken -> taken.arrivals().stream())
                .filter(arrival -> Taken.dayOf(arrival).toString().equals("2026-03-04")).count();
        assertThat(day.rows().getFirst().getFirst()).isEqualTo(expected);
        assertThat(hours.scannedBytes()).isPositive().isLessThan(day.scannedBytes() / 2);
    }

    @Test
    void aDayWithoutFilesHasNoRows() {
        assertThat(ask("SELECT count(*) FROM truck_landing WHERE arrival_date = '2026-01-13'").rows()).containsExactly(List.of(0L));
    }

    @Test
    void fewerColumnsCostLess() {
        assertThat(ask("SELECT avg(rpm) FROM truck").scannedBytes()).isLessThan(ask("SELECT avg(rpm), avg(lat), avg(lon) FROM truck").scannedBytes() / 2);
    }

    @Test
    void timeIsWhatTheQuestionSaysAndUtc() {
        List<Object> row = ask("SELECT current_timestamp, CAST(current_date AS varchar), current_timezone()").rows().getFirst();

        assertThat(((ZonedDateTime) row.get(0)).toInstant()).isEqualTo(SeededFleet.NOW);
        assertThat(row.subList(1, 3)).containsExactly("2026-03-05", "UTC");
        ZonedDateTime now = (ZonedDateTime) lake.athena().ask("SELECT current_timestamp").rows().getFirst().getFirst();
        assertThat(Duration.between(now.toInstant(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT speed FROM truck         | line 1:8: Column 'speed' cannot be resolved
            SELECT 1 FROM lorry             | line 1:15: Table 'awsdatacatalog.millrace_demo.lorry' does not exist
            SELECT date_bin(1) FROM truck   | line 1:8: Function 'date_bin' not registered
            SELEC 1                         | line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER'
            """)
    void whatIsWrongIsSaidWithItsPlace(String sql, String message) {
        assertThatExceptionOfType(QueryFailed.class).isThrownBy(() -> ask(sql)).withMessageStartingWith(message);
    }

    @Test
    void athenaBillsWholeMegabytesAndTenAtLeast() {
        assertThat(new Answer(List.of(), List.of(), List.of(), Duration.ZERO, 0).billedBytes()).isEqualTo(10_000_000);
        assertThat(new Answer(List.of(), List.of(), List.of(), Duration.ZERO, 10_000_001).billedBytes()).isEqualTo(11_000_000);
    }
}
