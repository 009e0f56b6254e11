package dev.millrace.local.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.lambda.LogLine;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
    private final MetricNames names = new MetricNames();

    @Test
    void eachNameWithEachValueOfItsDimensionsIsOneMetric() {
        log("ingest", "accepted", "rejected");
        log("ingest", "accepted");
        log("archive", "rejected");
        names.accept(new LogLine("f", "e", "a line with CloudWatchMetrics that is no JSON"));

        assertThat(names.count()).isEqualTo(3);
    }

    private void log(String function, String... metrics) {
        String list = String.join(",", java.util.Arrays.stream(metrics).map("{\"Name\":\"%s\"}"::formatted).toList());
        names.accept(new LogLine("f", "e", """
                {"_aws":{"CloudWatchMetrics":[{"Namespace":"Millrace","Dimensions":[["function"]],"Metrics":[%s]}]},"function":"%s"}""".formatted(list, function)));
    }
}
