package dev.millrace.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedMetricsTest {
    @Test
    void aLineHasTheShapeThatCloudWatchReads() {
        var out = new ByteArrayOutputStream();
        var latencies = new Latencies();
        latencies.add(1_234);

        new EmbeddedMetrics("ingest", new PrintStream(out, true, UTF_8), InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_000L)))
                .print(Map.of("accepted", 3L), Map.of("iterator_age", 250L), latencies);

        assertThat(out.toString(UTF_8).strip()).isEqualTo("{\"_aws\":{\"Timestamp\":1700000000000,\"CloudWatchMetrics\":[{\"Namespace\":\"Millrace\","
                + "\"Dimensions\":[[\"function\"]],\"Metrics\":[{\"Name\":\"accepted\",\"Unit\":\"Count\"},{\"Name\":\"iterator_age\",\"Unit\":\"Milliseconds\"},{\"Name\":\"latency_p50\",\"Unit\":\"Milliseconds\"},"
                + "{\"Name\":\"latency_p99\",\"Unit\":\"Milliseconds\"},{\"Name\":\"latency_max\",\"Unit\":\"Milliseconds\"}]}]},"
                + "\"function\":\"ingest\",\"accepted\":3,\"iterator_age\":250,\"latency_p50\":1300,\"latency_p99\":1300,\"latency_max\":1300,\"latency_histogram\":{\"1300\":1}}");
    }

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "99, 99", "100, 100", "101, 110", "990, 990", "991, 1000", "1234, 1300", "9901, 10000", "123456789, 130000000"})
    void aDurationIsRoundedUpToTwoDigits(long millis, long rounded) {
        var latencies = new Latencies();
        latencies.add(millis);

        assertThat(latencies.quantile(1)).isEqualTo(rounded);
        assertThat(latencies.buckets()).containsExactly(Map.entry(rounded, 1L));
    }

    @Test
    void quantilesAreOfAllDurations() {
        var latencies = new Latencies();
        for (int millis = 1; millis <= 100; millis++) {
            latencies.add(millis);
        }

        assertThat(latencies.quantile(0.5)).isEqualTo(50);
        assertThat(latencies.quantile(0.99)).isEqualTo(99);
        assertThat(latencies.quantile(1)).isEqualTo(100);
        assertThat(new Latencies().quantile(0.5)).isEqualTo(0);
    }
}
