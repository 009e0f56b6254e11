package dev.millrace.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A lease in memory, and what was noted down in it.
final class FakeLease implements ShardLease {
    private final List<String> checkpoints = new ArrayList<>();
    private BooleanSupplier held = () -> true;
    private boolean refuses;

    /// Asked each time.
    FakeLease heldWhile(BooleanSupplier asked) {
        held = asked;
        return this;
    }

    /// As KCL does when the lease is another's.
    FakeLease refusing() {
        refuses = true;
        return this;
    }

    List<String> checkpoints() {
        return List.copyOf(checkpoints);
    }

    @Override
    public boolean isHeld() {
        return held.getAsBoolean();
    }

    @Override
    public boolean settledUpTo(String sequenceNumber) {
        if (refuses) {
            return false;
        }
        checkpoints.add(sequenceNumber);
        return true;
    }
}
