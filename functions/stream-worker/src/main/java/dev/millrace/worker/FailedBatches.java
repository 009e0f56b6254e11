package dev.millrace.worker;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.SinkUnavailable;

/// Takes what a consumer could not settle, with its bytes. Keeping the same batch twice must leave one.
@FunctionalInterface
interface FailedBatches {
    /// Why a batch was given up, in the words of Lambda ("Retaining discarded batch records for a Kinesis data source").
    enum Condition {
        RETRY_ATTEMPTS_EXHAUSTED("RetryAttemptsExhausted"),
        RECORD_AGE_EXCEEDED("RecordAgeExceeded");

        private final String wireName;

        Condition(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /// Returns only when it is durable.
    ///
    /// @param attempts of the record that could not be settled, the first one included
    /// @param why      what the last attempt said
    void keep(Batch batch, Condition condition, int attempts, String why) throws SinkUnavailable;
}
