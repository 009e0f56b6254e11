package dev.millrace.benchmarks;

import java.io.IOException;

/// What one thread does in one pass over its shard.
@FunctionalInterface
interface Work {
    void run() throws IOException;
}
