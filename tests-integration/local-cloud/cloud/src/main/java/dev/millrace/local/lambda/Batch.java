package dev.millrace.local.lambda;

import java.util.List;

/// A run of records of one shard on its way to being settled.
///
/// @param from position of the first record
/// @param to position after the last one
/// @param failures attempts that counted against the maximum
/// @param invocations attempts of any kind, of this run and of the longer ones that it was cut from
record Batch(long from, long to, int failures, int invocations) {
    Batch {
        if (to <= from) {
            throw new IllegalArgumentException("batch is empty: %d..%d".formatted(from, to));
        }
    }

    static Batch fresh(long from, long to) {
        return new Batch(from, to, 0, 0);
    }

    long size() {
        return to - from;
    }

    Batch startingAt(long position) {
        return new Batch(position, to, failures, invocations);
    }

    Batch endingAt(long position) {
        return new Batch(from, position, failures, invocations);
    }

    Batch invoked() {
        return new Batch(from, to, failures, invocations + 1);
    }

    Batch failed() {
        return new Batch(from, to, failures + 1, invocations);
    }

    List<Batch> halves() {
        long middle = from + size() / 2;
        return List.of(endingAt(middle), startingAt(middle));
    }
}
