package dev.millrace.pipeline;

/// When a batch must be answered: in AWS Lambda, before the function's time is up.
@FunctionalInterface
public interface Deadline {
    /// For callers that can wait for ever.
    Deadline NONE = () -> Long.MAX_VALUE;

    /// How long there is left, in milliseconds; not positive if it is too late.
    long remainingMillis();
}
