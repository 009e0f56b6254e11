package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BenchResultTest {
    private final BenchResult result = new BenchResult(new Counts(90, 7, 3), 172.125,
            new BenchResult.Figures(123_456.7, 8_100.04, 950.26, 700, 0.98), new BenchResult.Figures(61_728.3, 16_200, 2_000, 900, 1), 500_000.4, true);

    @Test
    void theJsonObjectHasExactlyThePromisedMembers() {
        assertThat(result.toJson()).isEqualTo("""
                {"readings":100,"readings_per_second":123457,"mb_per_second":21.2,"ns_per_reading":8100.0,"bytes_allocated_per_reading":950.3,\
                "accepted":90,"duplicate":7,"rejected":3,"tokenise_readings_per_second":500000,"ratio_to_tokenise":0.247,\
                "through_clients_readings_per_second":61728,"through_clients_ns_per_reading":16200.0,\
                "through_clients_bytes_allocated_per_reading":2000.0}""");
    }

    @Test
    void theTableAlsoShowsTheShareOfTheLimit() {
        assertThat(result.toTable()).containsPattern("readings/s +123,457 +61,728\n").containsPattern("of that limit +0\\.247 +0\\.123\n").doesNotContain("not steady");
    }

    @Test
    void theComparisonShowsTheRatio() throws IOException {
        FlinkComparison.FlinkResult flink = FlinkComparison.parse(
                "{\"readings\":100,\"readings_per_second\":246913,\"readings_per_cpu_second\":251952,\"accepted\":90,\"duplicate\":7,\"rejected\":3,\"windows\":4}\n");

        assertThat(FlinkComparison.toTable(result, flink)).containsPattern("Apache Flink, readings/s +246,913\n").containsPattern("of Flink +0\\.500\n")
                .containsPattern("of Flink, by processor time +0\\.500\n");
    }

    @Test
    void aComparisonOfDifferentWorkIsNone() throws IOException {
        FlinkComparison.FlinkResult flink = FlinkComparison.parse("{\"readings_per_second\":1,\"accepted\":91,\"duplicate\":7,\"rejected\":2}");

        assertThatIllegalStateException().isThrownBy(() -> FlinkComparison.toTable(result, flink)).withMessageContaining("not the same work");
    }
}
