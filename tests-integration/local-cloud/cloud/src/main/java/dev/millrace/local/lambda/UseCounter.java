package dev.millrace.local.lambda;

import java.util.concurrent.atomic.LongAdder;

/// Counts for one function, over all its environments.
final class UseCounter {
    private static final double MEGABYTES_PER_GB = 1_024;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final FunctionSpec function;
    private final LongAdder requests = new LongAdder();
    private final LongAdder billedMillis = new LongAdder();
    private final LongAdder logLines = new LongAdder();
    private final LongAdder logBytes = new LongAdder();

    UseCounter(FunctionSpec function) {
        this.function = function;
    }

    void invoked(long millis) {
        requests.increment();
        billedMillis.add(millis);
    }

    void logged(LogLine line) {
        logLines.increment();
        logBytes.add(line.text().length());
    }

    FunctionUse use() {
        double gbSeconds = billedMillis.sum() / MILLIS_PER_SECOND * function.memoryMegabytes() / MEGABYTES_PER_GB;
        return new FunctionUse(shortName(function), requests.sum(), billedMillis.sum(), gbSeconds, logLines.sum(), logBytes.sum());
    }

    /// `dev.millrace.ingest.IngestHandler::handleRequest` is `ingest`; a handler without a package goes by the function's name.
    private static String shortName(FunctionSpec function) {
        String[] parts = function.handler().replaceFirst("::.*", "").split("\\.", -1);
        return parts.length < 2 ? function.name() : parts[parts.length - 2];
    }
}
