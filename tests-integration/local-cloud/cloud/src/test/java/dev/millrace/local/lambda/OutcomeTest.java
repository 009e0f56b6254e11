package dev.millrace.local.lambda;

import static dev.millrace.local.lambda.StreamRecords.records;
import static dev.millrace.local.lambda.StreamRecords.sequenceNumber;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Row by row what the Lambda developer guide says of an answer.
final class OutcomeTest {
    private static Outcome outcome(String response) {
        return Outcome.of(new InvocationResult.Succeeded(response.getBytes(UTF_8)), records(1, 10), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"batchItemFailures\":[]}", "{\"batchItemFailures\":null}", "{}", "null", "", " "})
    void anAnswerWithoutFailuresSettlesTheWholeBatch(String response) {
        assertThat(outcome(response)).isEqualTo(new Outcome.AllDone());
    }

    @Test
    void oneSequenceNumberFailsItsRecordAndAllAfterIt() {
        assertThat(outcome("{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}".formatted(sequenceNumber(5))))
                .isEqualTo(new Outcome.FailedFrom(5));
    }

    @Test
    void ofSeveralTheLowestIsTheCheckpoint() {
        assertThat(outcome("{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"},{\"itemIdentifier\":\"%s\"},"
                .formatted(sequenceNumber(7), sequenceNumber(3))
                + "{\"itemIdentifier\":\"%s\"}]}".formatted(sequenceNumber(9))))
                .isEqualTo(new Outcome.FailedFrom(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"badKey\":\"x\"}]}",
        "{\"batchItemFailures\":[{}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":5}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"of-another-batch\"}]}",
        "{\"batchItemFailures\":[\"x\"]}",
        "{\"batchItemFailures\":\"x\"}",
        "\"done\"",
        "{\"batchItemFailures\":",
        "{} {}"})
    void anAnswerThatNamesNoRecordFailsTheWholeBatch(String response) {
        assertThat(outcome(response)).isInstanceOf(Outcome.FailedWhole.class);
    }

    @Test
    void aGoodIdentifierDoesNotSaveABadOne() {
        assertThat(outcome("{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"},{\"itemIdentifier\":\"\"}]}"
                .formatted(sequenceNumber(5)))).isInstanceOf(Outcome.FailedWhole.class);
    }

    @Test
    void errorsTimeoutsAndCrashesFailTheWholeBatch() {
        for (InvocationResult result : new InvocationResult[] {new InvocationResult.TimedOut(),
            new InvocationResult.Crashed(137, ""), new InvocationResult.FunctionError("Runtime.UserException", new byte[0])}) {
            assertThat(Outcome.of(result, records(1, 10), true)).isInstanceOf(Outcome.FailedWhole.class);
        }
    }

    @Test
    void withoutReportBatchItemFailuresAnyAnswerIsSuccess() {
        var answer = new InvocationResult.Succeeded("{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}".getBytes(UTF_8));
        assertThat(Outcome.of(answer, records(1, 10), false)).isEqualTo(new Outcome.AllDone());
    }
}
