package dev.millrace.pipeline;

import java.util.Optional;
import java.util.concurrent.Callable;

/// A sink's work that may fail, or not end in time.
final class Effort<T> implements Runnable {
    /// What is known of it.
    ///
    /// @param value empty if it failed or has not ended
    record Outcome<T>(Optional<T> value, String problem) {
    }

    private final Callable<T> work;
    private volatile Outcome<T> outcome;

    /// @param what for the log
    Effort(String what, Callable<T> work) {
        this.work = work;
        this.outcome = new Outcome<>(Optional.empty(), what + ": not done in time");
    }

    @Override
    public void run() {
        try {
            outcome = new Outcome<>(Optional.of(work.call()), "");
        } catch (SinkUnavailable e) {
            outcome = new Outcome<>(Optional.empty(), e.getMessage());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// As it stands now. To be asked once, because one that was left behind may still end.
    Outcome<T> outcome() {
        return outcome;
    }
}
