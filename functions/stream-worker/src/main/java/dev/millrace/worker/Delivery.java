package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// Brings a batch to its consumer until each record is settled or lies in the failures bucket. KCL logs what a processor throws and
/// goes on with the next records, so nothing of the kind may reach it: it is tried again here, in place, and the shard waits.
///
/// As an event source mapping does: what comes before the record that a consumer names is settled, and the rest is tried again. Where
/// even the first record is not, the batch is halved, so that a record that cannot be settled ends up alone; after
/// [#ATTEMPTS], or at the first failure if it is too old, it is given up.
final class Delivery {
    /// Of a record that is alone; as many as the mapping has.
    static final int ATTEMPTS = 21;
    private static final long PAUSE_MIN_MILLIS = 200;
    private static final long PAUSE_MAX_MILLIS = 30_000;
    /// How late a lost lease or the end of this worker may be noticed in a pause.
    private static final long SLICE_MILLIS = 500;

    private final BatchConsumer consumer;
    private final FailedBatches failed;
    private final Limits limits;
    private final Progress progress;
    private final Pause pause;
    private final RandomGenerator random;
    private final InstantSource clock;

    /// @param attemptMillis   how long a consumer may take
    /// @param recordAgeMillis past it a record that fails is given up at once, while the stream still has those behind it
    record Limits(long attemptMillis, long recordAgeMillis) {
    }

    /// How the thread waits.
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    /// Told of what goes wrong, for metrics.
    interface Progress {
        void attemptFailed();

        void gaveUp(int records);
    }

    /// @param attempts that failed; counted from when it is a single record
    private record Piece(List<StreamRecord> records, int attempts) {
        Piece from(int index) {
            return new Piece(records.subList(index, records.size()), 0);
        }

        Piece upTo(int index) {
            return new Piece(records.subList(0, index), 0);
        }

        int indexOf(String sequenceNumber) {
            for (int i = 0; i < records.size(); i++) {
                if (records.get(i).sequenceNumber().equals(sequenceNumber)) {
                    return i;
                }
            }
            throw new IllegalStateException("to be delivered again from %s, which is not in the batch".formatted(sequenceNumber));
        }
    }

    Delivery(BatchConsumer consumer, FailedBatches failed, Limits limits, Progress progress, Pause pause, RandomGenerator random, InstantSource clock) {
        this.consumer = requireNonNull(consumer, "consumer is null");
        this.failed = requireNonNull(failed, "failed is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.pause = requireNonNull(pause, "pause is null");
        this.random = requireNonNull(random, "random is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// @return false if the lease was lost or the thread interrupted before everything was settled
    boolean deliver(Batch batch, ShardLease lease) {
        Deque<Piece> left = new ArrayDeque<>();
        left.push(new Piece(batch.records(), 0));
        int failuresInARow = 0;
        while (!left.isEmpty()) {
            if (!lease.isHeld()) {
                return false;
            }
            Piece piece = left.pop();
            int settled = attempt(batch.shard(), piece, left);
            if (settled > 0) {
                failuresInARow = 0;
                if (!lease.settledUpTo(piece.records().get(settled - 1).sequenceNumber())) {
                    return false;
                }
            }
            if (settled < piece.records().size() && !rested(failuresInARow++, lease)) {
                return false;
            }
        }
        return true;
    }

    /// Puts back what is not settled.
    ///
    /// @return how many records, from the first one on, are settled or kept as failed
    private int attempt(String shard, Piece piece, Deque<Piece> left) {
        var batch = new Batch(shard, piece.records());
        return switch (fate(batch, piece)) {
            case Fate.Settled() -> piece.records().size();
            case Fate.RetryFrom(String sequenceNumber, String why) -> {
                progress.attemptFailed();
                int from = piece.indexOf(sequenceNumber);
                if (from > 0) {
                    left.push(piece.from(from));
                    yield from;
                }
                yield failed(batch, piece, why, left);
            }
        };
    }

    private Fate fate(Batch batch, Piece piece) {
        long until = clock.millis() + limits.attemptMillis();
        try {
            Fate fate = consumer.consume(batch, () -> until - clock.millis());
            if (fate instanceof Fate.RetryFrom(String sequenceNumber, String _)) {
                piece.indexOf(sequenceNumber);
            }
            return fate;
        } catch (RuntimeException e) {
            System.err.printf("batch %s failed%n", batch.name());
            e.printStackTrace();
            return new Fate.RetryFrom(batch.first().sequenceNumber(), e.toString());
        }
    }

    private int failed(Batch batch, Piece piece, String why, Deque<Piece> left) {
        int half = piece.records().size() / 2;
        if (half > 0) {
            left.push(piece.from(half));
            left.push(piece.upTo(half));
            return 0;
        }
        int attempts = piece.attempts() + 1;
        boolean isTooOld = clock.millis() - batch.first().arrivedAtMillis() > limits.recordAgeMillis();
        if (attempts < ATTEMPTS && !isTooOld) {
            left.push(new Piece(piece.records(), attempts));
            return 0;
        }
        try {
            failed.keep(batch, isTooOld ? FailedBatches.Condition.RECORD_AGE_EXCEEDED : FailedBatches.Condition.RETRY_ATTEMPTS_EXHAUSTED, attempts, why);
        } catch (SinkUnavailable | RuntimeException e) {
            System.err.printf("batch %s could not be given up either: %s%n", batch.name(), e);
            left.push(piece);
            return 0;
        }
        System.err.printf("batch %s was given up after %d attempts: %s%n", batch.name(), attempts, why);
        progress.gaveUp(1);
        return 1;
    }

    /// Waits, longer after each failure, and with chance in it, so that the shards do not come all at once.
    ///
    /// @return false if it is not to go on
    private boolean rested(int failuresInARow, ShardLease lease) {
        long most = Math.min(PAUSE_MAX_MILLIS, PAUSE_MIN_MILLIS << Math.min(failuresInARow, 10));
        long left = random.nextLong(most / 2, most + 1);
        try {
            while (left > 0 && lease.isHeld()) {
                long slice = Math.min(left, SLICE_MILLIS);
                pause.millis(slice);
                left -= slice;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return lease.isHeld();
    }
}
