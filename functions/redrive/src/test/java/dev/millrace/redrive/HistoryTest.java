package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Failure BY_RULE = new Failure("rule-errors/t/1.json", "2026-11-27T00:00:00Z", "rule r", "throttled", Optional.empty());

    @Test
    void whatIsWrittenIsReadBack() {
        History history = History.NONE.withFailures(List.of(BY_RULE, at("s-1", 7))).withCopy(new History.Copy("2026-11-27T01:00:00Z", new Position("s-1", "9")));

        assertThat(History.read(history.toJson("truck-1"))).isEqualTo(history);
    }

    @Test
    void aFailureIsCoveredOnceItIsWrittenDown() {
        History history = History.NONE.withFailures(List.of(BY_RULE, at("s-1", 7)));

        assertThat(history.covers(BY_RULE)).isTrue();
        assertThat(history.covers(at("s-1", 7))).isTrue();
        assertThat(history.covers(at("s-1", 8))).isFalse();
        assertThat(History.NONE.covers(BY_RULE)).isFalse();
    }

    /// By the order of numbers, not of texts: 9 comes before 10.
    @Test
    void aFailureIsCoveredByACopyThatComesLaterInTheSameShardOnly() {
        History history = History.NONE.withCopy(new History.Copy("2026-11-27T01:00:00Z", new Position("s-1", "10")));

        assertThat(history.covers(at("s-1", 9))).isTrue();
        assertThat(history.covers(at("s-1", 10))).as("the copy itself was given up").isFalse();
        assertThat(history.covers(at("s-1", 11))).isFalse();
        assertThat(history.covers(at("s-2", 9))).as("nobody knows").isFalse();
        assertThat(history.covers(BY_RULE)).isFalse();
    }

    @Test
    void aHistoryIsBounded() {
        List<Failure> many = IntStream.range(0, 2 * History.FAILURES_MAX).mapToObj(number -> at("s-1", number)).toList();

        History history = History.NONE.withFailures(many);

        assertThat(history.failures()).hasSize(History.FAILURES_MAX).last().isEqualTo(many.getLast());
        assertThat(history.inWords()).hasSizeLessThan(2_000);
    }

    @Test
    void whatIsNoHistoryIsNamed() {
        assertThatThrownBy(() -> History.read("{".getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("history is not JSON: ");
        assertThatThrownBy(() -> History.read("{}".getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class).hasMessage("history has no failures");
        assertThatThrownBy(() -> History.read("{\"failures\":[{\"document\":7}]}".getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("history's member document must be text: 7");
    }

    private static Failure at(String shard, int sequenceNumber) {
        return new Failure("aws/lambda/m/" + sequenceNumber, "2026-11-27T00:00:00Z", "ingest", "it did not go", Optional.of(new Position(shard, Integer.toString(sequenceNumber))));
    }
}
