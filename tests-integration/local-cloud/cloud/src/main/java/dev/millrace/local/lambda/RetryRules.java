package dev.millrace.local.lambda;

import dev.millrace.local.kinesis.StreamRecord;
import java.time.Duration;
import java.util.List;

/// Decides what follows an invocation. Pure.
///
/// Open on AWS (docs/verify-on-aws.md): whether halves of a split batch start with fresh attempts (here they inherit
/// the count); whether progress by a partial answer resets the count (here it does not; with bisect it costs none); what bisect
/// does to a partial answer that names the first record (here there is nothing to split, so it costs an attempt).
///
/// @param maximumRetryAttempts attempts after the first one; -1 for as many as the record age allows
/// @param maximumRecordAge negative for no bound
record RetryRules(int maximumRetryAttempts, Duration maximumRecordAge, boolean bisect) {
    /// What to do now.
    sealed interface Next {
        /// The batch is done.
        record Settled() implements Next {
        }

        /// What is left of the batch, in this order; everything before it is done.
        record Retry(List<Batch> batches) implements Next {
            public Retry {
                batches = List.copyOf(batches);
            }
        }

        /// Attempts are used up: what is left goes to the on-failure destination and counts as done.
        record GiveUp(Batch rest) implements Next {
        }
    }

    /// @param batch as it was invoked, this invocation counted
    Next after(Batch batch, Outcome outcome) {
        return switch (outcome) {
            case Outcome.AllDone _ -> new Next.Settled();
            case Outcome.FailedFrom(long position) -> {
                Batch rest = batch.startingAt(position);
                yield bisect && position > batch.from() ? new Next.Retry(List.of(rest)) : retryOrGiveUp(rest.failed());
            }
            case Outcome.FailedWhole _ ->
                bisect && batch.size() > 1 ? new Next.Retry(batch.halves()) : retryOrGiveUp(batch.failed());
        };
    }

    private Next retryOrGiveUp(Batch batch) {
        boolean exhausted = maximumRetryAttempts >= 0 && batch.failures() > maximumRetryAttempts;
        return exhausted ? new Next.GiveUp(batch) : new Next.Retry(List.of(batch));
    }

    /// How many records at the start of a batch are too old to be sent.
    int tooOld(List<StreamRecord> records, long nowMillis) {
        if (maximumRecordAge.isNegative()) {
            return 0;
        }
        int count = 0;
        while (count < records.size()
                && nowMillis - records.get(count).arrivalMillis() > maximumRecordAge.toMillis()) {
            count++;
        }
        return count;
    }
}
