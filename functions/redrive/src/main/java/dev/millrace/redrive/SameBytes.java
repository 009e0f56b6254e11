package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.Rejection;
import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The same bytes of the same thing, in however many documents: both functions may have given up a record, and a device may
/// have sent it twice.
final class SameBytes {
    /// What becomes of them in this run.
    enum Fate {
        COVERED, REDRIVEN, QUARANTINED, LEFT
    }

    private final String fingerprint;
    private final List<FailedRecord> records = new ArrayList<>();
    private History history = History.NONE;
    private Fate fate = Fate.LEFT;

    SameBytes(String fingerprint) {
        this.fingerprint = requireNonNull(fingerprint, "fingerprint is null");
    }

    void add(FailedRecord record) {
        records.add(record);
    }

    String fingerprint() {
        return fingerprint;
    }

    String thing() {
        return records.getFirst().partitionKey();
    }

    PacedStream.Entry entry() {
        return new PacedStream.Entry(thing(), records.getFirst().payload());
    }

    History history() {
        return history;
    }

    void setHistory(History known) {
        history = known;
    }

    Fate fate() {
        return fate;
    }

    void setFate(Fate decided) {
        fate = decided;
    }

    long records() {
        return records.size();
    }

    /// The failures for which something must be done.
    List<Failure> open() {
        return records.stream().map(FailedRecord::failure).filter(failure -> !history.covers(failure)).toList();
    }

    /// The history with what is open.
    History historyWithOpen() {
        return history.withFailures(open());
    }

    /// What goes to quarantine if enough copies were put: the last record that got into the stream and was given up nevertheless.
    Optional<FailedRecord> lastOpenOfStream() {
        return records.stream().filter(record -> record.failure().position().isPresent() && !history.covers(record.failure()))
                .reduce((_, later) -> later);
    }

    static Batch batch(FailedRecord record) {
        Position position = record.failure().position().orElseThrow();
        return new Batch(position.shard(), List.of(new StreamRecord(position.sequenceNumber(), record.partitionKey(), record.arrivedAtMillis(), record.payload())));
    }

    /// The whole record is rejected: nobody has looked at its readings to the end.
    static List<RejectedRecord> rejected(Batch batch, History history) {
        return List.of(new RejectedRecord(batch.first(), new Rejection.GivenUp(history.inWords()), 0, List.of()));
    }
}
