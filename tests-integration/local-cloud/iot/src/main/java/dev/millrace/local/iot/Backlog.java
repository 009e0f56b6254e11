package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// The rule executions that were accepted and have not ended, bounded in number and in bytes of payload. A
/// message that would not fit is refused at the door, so that nothing accepted is ever dropped.
final class Backlog {
    private final int executionsMax;
    private final long bytesMax;
    private int executions;
    private long bytes;
    private boolean closed;

    Backlog(int executionsMax, long bytesMax) {
        if (executionsMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("backlog needs room: executionsMax %d, bytesMax %d".formatted(executionsMax, bytesMax));
        }
        this.executionsMax = executionsMax;
        this.bytesMax = bytesMax;
    }

    /// All of these executions of one message, or none.
    synchronized boolean tryAdd(int count, int payloadBytes) {
        long added = (long) count * payloadBytes;
        if (closed || executions + count > executionsMax || bytes + added > bytesMax) {
            return false;
        }
        executions += count;
        bytes += added;
        return true;
    }

    /// One execution has ended.
    synchronized void remove(int payloadBytes) {
        executions--;
        bytes -= payloadBytes;
        notifyAll();
    }

    synchronized int size() {
        return executions;
    }

    /// From now on nothing is added.
    synchronized void close() {
        closed = true;
    }

    /// @return whether every execution ended within the time
    synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + requireNonNull(timeout, "timeout is null").toNanos();
        while (executions > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return true;
    }
}
