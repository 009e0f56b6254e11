package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;

/// A lease of KCL, and the checkpoint in it. Always with a sequence number: without one KCL checkpoints everything that it has handed
/// out, settled or not. KCL refuses a checkpoint when the lease is another's.
final class KclLease implements ShardLease {
    /// Of the 30 s that KCL gives the one who loses a lease (`gracefulLeaseHandoffTimeoutMillis`), and less than the worker has to end.
    private static final long HANDOVER_MILLIS = 15_000;
    private static final long PAUSE_MILLIS = 500;

    private final String shard;
    private final BooleanSupplier isMine;
    private final BooleanSupplier isStopping;
    private final Delivery.Pause pause;
    private final InstantSource clock;
    private RecordProcessorCheckpointer checkpointer;

    /// @param isMine     whether KCL holds the very lease under which the shard's processor was made
    /// @param isStopping whether this worker ends
    KclLease(String shard, BooleanSupplier isMine, BooleanSupplier isStopping, Delivery.Pause pause, InstantSource clock) {
        this.shard = requireNonNull(shard, "shard is null");
        this.isMine = requireNonNull(isMine, "isMine is null");
        this.isStopping = requireNonNull(isStopping, "isStopping is null");
        this.pause = requireNonNull(pause, "pause is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// KCL hands the checkpointer in with each call.
    KclLease with(RecordProcessorCheckpointer given) {
        checkpointer = requireNonNull(given, "checkpointer is null");
        return this;
    }

    boolean isMine() {
        return isMine.getAsBoolean();
    }

    @Override
    public boolean isHeld() {
        return isMine() && !isStopping.getAsBoolean();
    }

    @Override
    public boolean settledUpTo(String sequenceNumber) {
        return isWritten(() -> checkpointer.checkpoint(sequenceNumber)) != Written.LOST;
    }

    /// As this one, for a last delivery: held although the worker ends, but not for long.
    ShardLease handingOver(RecordProcessorCheckpointer given) {
        with(given);
        long until = clock.millis() + HANDOVER_MILLIS;
        return new ShardLease() {
            @Override
            public boolean isHeld() {
                return isMine() && clock.millis() < until;
            }

            @Override
            public boolean settledUpTo(String sequenceNumber) {
                return KclLease.this.settledUpTo(sequenceNumber);
            }
        };
    }

    /// Notes down that the shard is read to its end. There is no later checkpoint that could make up for this one.
    void ended() {
        try {
            while (isWritten(checkpointer::checkpoint) == Written.NOT_YET && isHeld()) {
                pause.millis(PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Written {
        YES, NOT_YET, LOST
    }

    @FunctionalInterface
    private interface Checkpoint {
        void write() throws ShutdownException, ThrottlingException, InvalidStateException, KinesisClientLibDependencyException;
    }

    private Written isWritten(Checkpoint checkpoint) {
        try {
            checkpoint.write();
            return Written.YES;
        } catch (ShutdownException _) {
            return Written.LOST;
        } catch (ThrottlingException | InvalidStateException | KinesisClientLibDependencyException e) {
            System.err.printf("checkpoint of %s could not be written yet: %s%n", shard, e);
            return Written.NOT_YET;
        }
    }
}
