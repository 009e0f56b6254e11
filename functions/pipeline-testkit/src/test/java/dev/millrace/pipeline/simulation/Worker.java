package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// One invocation of a function. It runs in a thread of its own, but only between [#resume] and its next [#pause]:
/// the history hands the baton to one worker at a time, so every interleaving of steps comes from the generator and
/// can be repeated.
final class Worker {
    /// The invocation as code under test: it calls [Worker#pause] in every call of a port.
    interface Invocation {
        Fate run(Worker worker, Batch batch);
    }

    /// The process dies. An error, because nothing may catch it.
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private final String name;
    private final Batch batch;
    private final Invocation invocation;
    private final Thread thread;
    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private boolean started;
    private boolean dead;
    private boolean finished;
    private Fate fate;
    private Throwable failure;

    Worker(String name, Batch batch, Invocation invocation) {
        this.name = name;
        this.batch = batch;
        this.invocation = invocation;
        this.thread = Thread.ofVirtual().unstarted(this::run);
    }

    private void run() {
        try {
            fate = invocation.run(this, batch);
        } catch (Crash _) {
            // the process is gone: no answer, and nothing to tell
        } catch (Throwable e) {
            failure = e;
        } finally {
            finished = true;
            back.release();
        }
    }

    /// Lets it work until its next pause or its end. Called by the history.
    void resume() {
        if (started) {
            go.release();
        } else {
            started = true;
            thread.start();
        }
        back.acquireUninterruptibly();
    }

    /// Hands control back to the history, and goes on when that says so. Called by the worker's own thread.
    void pause() {
        back.release();
        go.acquireUninterruptibly();
        if (dead) {
            throw new Crash();
        }
    }

    /// Dies here and now; should anybody catch that, every later step dies too.
    void crash() {
        dead = true;
        throw new Crash();
    }

    /// Ends a worker of a history that is over.
    void abandon() {
        dead = true;
        while (started && !finished) {
            resume();
        }
    }

    boolean isFinished() {
        return finished;
    }

    /// The answer; empty if it crashed or threw.
    Optional<Fate> fate() {
        return Optional.ofNullable(fate);
    }

    /// What it threw, a crash excepted.
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    Batch batch() {
        return batch;
    }

    /// What it runs: the environment, to be used again.
    Invocation invocation() {
        return invocation;
    }

    @Override
    public String toString() {
        return name;
    }
}
