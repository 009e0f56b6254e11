package dev.millrace.pipeline.simulation;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/// A thread of a history. It runs only between [#resume] and its next [#pause]: whoever resumes it waits meanwhile, so
/// one thread at a time works, every interleaving comes from the generator, and it can be repeated.
final class Fiber {
    /// The process dies. An error, because nothing may catch it.
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private static final ScopedValue<Fiber> CURRENT = ScopedValue.newInstance();

    private final BooleanSupplier processIsDead;
    private final Thread thread;
    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private boolean started;
    private boolean finished;
    private Throwable failure;

    /// @param processIsDead asked whenever it is resumed: if so, it dies, too
    Fiber(BooleanSupplier processIsDead, Runnable work) {
        this.processIsDead = processIsDead;
        this.thread = Thread.ofVirtual().unstarted(() -> ScopedValue.where(CURRENT, this).run(() -> run(work)));
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            finished = true;
            back.release();
        }
    }

    /// Lets it work until its next pause or its end.
    void resume() {
        if (started) {
            go.release();
        } else {
            started = true;
            thread.start();
        }
        back.acquireUninterruptibly();
    }

    /// Lets it work to its end, if it was ever begun.
    void finish() {
        while (started && !finished) {
            resume();
        }
    }

    boolean isFinished() {
        return finished;
    }

    /// What it threw.
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /// Hands control back to who resumed the calling fiber, and goes on when that says so.
    static void pause() {
        Fiber fiber = CURRENT.get();
        fiber.back.release();
        fiber.go.acquireUninterruptibly();
        if (fiber.processIsDead.getAsBoolean()) {
            throw new Crash();
        }
    }
}
