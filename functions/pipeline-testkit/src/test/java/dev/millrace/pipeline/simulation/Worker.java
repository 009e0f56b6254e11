package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.SideBySide;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One invocation of a function: a process with a main thread and those that it starts.
final class Worker {
    /// The invocation as code under test: it calls [Fiber#pause] in every call of a port.
    interface Invocation {
        Fate run(Worker worker, Batch batch);
    }

    private final String name;
    private final World world;
    private final Batch batch;
    private final Invocation invocation;
    private final Fiber main;
    private boolean dead;
    private Fate fate;

    Worker(String name, World world, Batch batch, Invocation invocation) {
        this.name = name;
        this.world = world;
        this.batch = batch;
        this.invocation = invocation;
        this.main = new Fiber(() -> dead, () -> fate = invocation.run(this, batch));
    }

    /// Lets its main thread work until its next pause or its end. Called by the history.
    void resume() {
        main.resume();
    }

    /// Dies here and now; should anybody catch that, every later step of every thread dies, too.
    void crash() {
        dead = true;
        throw new Fiber.Crash();
    }

    /// Ends a worker of a history that is over.
    void abandon() {
        dead = true;
        main.finish();
    }

    /// Its threads: which of them makes the next step is drawn, and so is whether the time is up before they have all
    /// ended. Those left behind go on beside everything else that happens.
    SideBySide threads() {
        return (tasks, withinMillis) -> {
            List<Fiber> running = new ArrayList<>();
            tasks.forEach(task -> running.add(new Fiber(() -> dead, task)));
            while (!running.isEmpty()) {
                if (withinMillis <= 0 || world.goesWrong(world.weather().slowPercent())) {
                    world.log("%s: the time is up for %d of %d tasks", name, running.size(), tasks.size());
                    running.forEach(world::leaveBehind);
                    return;
                }
                Fiber next = world.chance().pick(running);
                next.resume();
                if (next.isFinished()) {
                    running.remove(next);
                    next.failure().ifPresent(failure -> failed(failure, running));
                } else if (world.chance().oneIn(2)) {
                    Fiber.pause();
                }
            }
        };
    }

    private void failed(Throwable failure, List<Fiber> others) {
        if (dead) {
            others.forEach(Fiber::finish);
        } else {
            others.forEach(world::leaveBehind);
        }
        switch (failure) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
    }

    boolean isFinished() {
        return main.isFinished();
    }

    /// The answer; empty if it crashed or threw.
    Optional<Fate> fate() {
        return Optional.ofNullable(fate);
    }

    /// What it threw, a crash excepted.
    Optional<Throwable> failure() {
        return main.failure().filter(failure -> !(failure instanceof Fiber.Crash));
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
