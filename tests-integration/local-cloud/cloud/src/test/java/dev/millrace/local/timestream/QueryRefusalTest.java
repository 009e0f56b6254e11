package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.timestreamquery.model.QueryExecutionException;
import software.amazon.awssdk.services.timestreamquery.model.TimestreamQueryException;
import software.amazon.awssdk.services.timestreamquery.model.ValidationException;

class QueryRefusalTest {
    private final TimestreamServer server = TimestreamServer.withTable();

    @BeforeEach
    void write() {
        server.write(truck("truck-1", NOW, 1).build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "SELECT nope FROM fleet.readings | nope", "SELECT 1 FROM fleet.nowhere | nowhere", "SELECT 1 FROM readings | readings",
        "DELETE FROM fleet.readings | SELECT and WITH statements only, not 'DELETE'", "SHOW TABLES | not 'SHOW'", "`` | not ''",
        "WITH x AS (DELETE FROM fleet.readings RETURNING *) SELECT * FROM x | 'DELETE' is not supported",
        "SELECT 1; SELECT 2 | ';' is not supported here", "SELECT 1 FROM 'x.csv' | ",
        "SELECT CREATE_TIME_SERIES(time, speed_kmh) FROM fleet.readings | 'create_time_series' is not supported",
        "SELECT interpolate_linear(a, b) FROM fleet.readings | 'interpolate_linear' is not supported",
        "SELECT * FROM fleet.readings CROSS JOIN UNNEST(x) AS t (a) | 'UNNEST' is not supported",
        "SELECT read_text('x') | 'read_text' is not supported", "SELECT current_timestamp | 'current_timestamp' is not supported",
        "SELECT interval '1' day | 'interval' is not supported", "SELECT 5::bigint | '::' is not supported here", "SELECT [1] | '[' is not supported",
        "SELECT thing FROM fleet.readings GROUP BY ALL | 'GROUP … ALL' is not part", "SELECT DISTINCT ON (thing) thing FROM fleet.readings | is not part",
        "SELECT max(time, 2) FROM fleet.readings | max with 2 arguments", "SELECT max_by(speed_kmh, time, 2) FROM fleet.readings | max_by with 3 arguments",
        "SELECT bin(time, 1month) FROM fleet.readings | '1month' is not a duration", "SELECT bin(time, 5x) FROM fleet.readings | '5x' is not a duration",
        "SELECT ago(1ns) | '1ns' is not a duration", "SELECT ago(0.5us) | not a whole number of microseconds", "SELECT time - 2 * 5m FROM fleet.readings | multiplied", "SELECT 5m + time FROM fleet.readings | write the time before",
        "SELECT time - time - 5m FROM fleet.readings | in parentheses", "SELECT cast(time as time) FROM fleet.readings | cast to time is not supported",
        "SELECT floor(speed_kmh) FROM fleet.readings WHERE thing = 'x | quote without end", "SELECT (1 | ", "SELECT count( | parenthesis without end",
        "SELECT time - lag(time) OVER (ORDER BY time) FROM fleet.readings | type INTERVAL", "SELECT * FROM information_schema.tables | is not supported",
        "SELECT \"count\"(*) FROM fleet.readings | a function's name cannot stand in quotes"})
    void whatCannotBeAnsweredAlikeIsRefused(String sql, String message) {
        assertThatThrownBy(() -> server.query(sql)).isInstanceOfSatisfying(ValidationException.class, e -> assertThat(e.statusCode()).isEqualTo(400))
                .hasMessageContaining(message == null ? "" : message);
        assertThat(server.value("SELECT count(*) FROM fleet.readings")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1 / (count(*) - 1) | Division by zero", "1.0 / 0 | Division by zero", "cast('x' as bigint) | x", "sum(9223372036854775807) + 9223372036854775807 | overflow",
        "floor(count(*)) | floor of a whole number", "date_trunc('minut', max(time)) | minut", "date_diff('month', min(time), max(time)) | month",
        "cast(sum(1e20) as varchar) | outside 0.001", "(max(time) - min(time)) - 5m | one literal"})
    void whatFailsWhileItRunsIsAnExecutionError(String expression, String message) {
        assertThatThrownBy(() -> server.query("SELECT " + expression + " FROM fleet.readings")).isInstanceOf(QueryExecutionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aQueryHasALength() {
        assertThatThrownBy(() -> server.query("SELECT 1 --" + "x".repeat(256 * 1024))).hasMessageContaining("longer than 262144 bytes");
    }

    @Test
    void otherOperationsAreRefusedByName() {
        assertThatThrownBy(() -> server.reader.prepareQuery(request -> request.queryString("SELECT 1"))).isInstanceOf(ValidationException.class)
                .hasMessageContaining("The operation PrepareQuery is not supported");
        assertThatThrownBy(() -> server.reader.describeAccountSettings(_ -> { })).isInstanceOf(TimestreamQueryException.class)
                .hasMessageContaining("DescribeAccountSettings");
    }
}
