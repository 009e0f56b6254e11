package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.ValidationException;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

class QueryPagingTest {
    private static final String SPEEDS = "SELECT speed_kmh FROM fleet.readings ORDER BY speed_kmh";

    private final TimestreamServer server = TimestreamServer.withTable();

    @BeforeEach
    void write() {
        server.write(IntStream.range(0, 10).mapToObj(i -> truck("truck-" + i, NOW, i).build()).toArray(Record[]::new));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void thePaginatorGivesEveryRowOnce() {
        List<QueryResponse> pages = server.reader.queryPaginator(request -> request.queryString(SPEEDS).maxRows(3)).stream().toList();

        assertThat(pages).hasSize(4).extracting(QueryResponse::queryId).containsOnly(pages.getFirst().queryId());
        assertThat(pages.stream().flatMap(page -> TimestreamServer.rows(page).stream()).map(List::getFirst))
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> i + ".0").toList());
    }

    @Test
    void aWriteBetweenPagesIsNotSeen() {
        String token = page(null).nextToken();
        server.write(truck("truck-new", NOW, 4.5).build());

        assertThat(TimestreamServer.rows(page(token))).containsExactly(List.of("3.0"), List.of("4.0"), List.of("5.0"));
    }

    @Test
    void aPageHasAtMostAMegabyte() {
        List<QueryResponse> pages = server.reader.queryPaginator(request -> request.queryString(
                "SELECT lpad('x', 100000, 'x') FROM fleet.readings a CROSS JOIN (VALUES (1), (2), (3)) AS b (n)")).stream().toList();

        assertThat(pages).extracting(page -> page.rows().size()).containsExactly(9, 9, 9, 3);
    }

    @Test
    void aTokenServesFiveCalls() {
        String token = page(null).nextToken();
        for (int i = 0; i < 5; i++) {
            assertThat(TimestreamServer.rows(page(token)).getFirst()).containsExactly("3.0");
        }

        assertThatThrownBy(() -> page(token)).isInstanceOf(ValidationException.class).hasMessageContaining("used 5 times");
    }

    @Test
    void aTokenLivesAnHour() {
        String token = page(null).nextToken();
        server.clock.set(NOW.plus(Duration.ofHours(1)).plusSeconds(1));

        assertThatThrownBy(() -> page(token)).isInstanceOf(ValidationException.class).hasMessageContaining("older than an hour");
    }

    @Test
    void aTokenBelongsToItsQuery() {
        String token = page(null).nextToken();

        assertThatThrownBy(() -> server.reader.query(request -> request.queryString("SELECT 1").nextToken(token))).isInstanceOf(ValidationException.class)
                .hasMessageContaining("another QueryString");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_001})
    void maxRowsIsWithinOneAndAThousand(int rows) {
        assertThatThrownBy(() -> server.reader.query(request -> request.queryString(SPEEDS).maxRows(rows))).isInstanceOf(ValidationException.class)
                .hasMessageContaining("MaxRows must be within 1 and 1000");
    }

    private QueryResponse page(String token) {
        return server.reader.query(request -> request.queryString(SPEEDS).maxRows(3).nextToken(token));
    }
}
