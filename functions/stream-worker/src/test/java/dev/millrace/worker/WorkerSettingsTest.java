package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.kinesis.Environment;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSettingsTest {
    private final Map<String, String> variables = new TreeMap<>(Map.of("STREAM_ARN", "arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry", "FAILURES_BUCKET", "failures",
            "LEASES_TABLES", "leases", "INGEST_BATCH_SIZE", "1000", "INGEST_WINDOW_SECONDS", "1", "ARCHIVE_BATCH_SIZE", "10000", "ARCHIVE_WINDOW_SECONDS", "60", "RECORD_AGE_HOURS", "167"));

    @Test
    void everyVariableReachesItsOwnField() {
        assertThat(settings()).isEqualTo(new WorkerSettings("arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry", "failures", "leases",
                new ShardWork.Gathering(1_000, 10 << 20, 1_000), new ShardWork.Gathering(10_000, 10 << 20, 60_000), 167));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"STREAM_ARN|telemetry|must be the ARN of a Kinesis stream: 'telemetry'", "INGEST_BATCH_SIZE|0|must be a whole number from 1 to 10000: '0'",
            "ARCHIVE_WINDOW_SECONDS|301|must be a whole number from 0 to 300: '301'", "RECORD_AGE_HOURS|week|must be a whole number: 'week'"})
    void aWrongVariableIsNamedWithWhatCame(String name, String value, String message) {
        variables.put(name, value);

        assertThatIllegalStateException().isThrownBy(this::settings).withMessageContaining(name + " " + message);
    }

    @Test
    void aMissingVariableIsNamed() {
        variables.remove("FAILURES_BUCKET");

        assertThatIllegalStateException().isThrownBy(this::settings).withMessageContaining("FAILURES_BUCKET is missing");
    }

    private WorkerSettings settings() {
        return WorkerSettings.of(new Environment("stream-worker", variables));
    }
}
