package dev.millrace.local.frontdoor;

/// Is asked before a call is passed on to its stand-in: the place for whatever may hold or refuse calls, such as faults that
/// a test wants. Called from many threads at once, on the thread of the call.
@FunctionalInterface
public interface CallGate {
    /// Returns when the call may pass. It may block: the caller waits, and tries again when its own patience ends.
    ///
    /// @throws CallRefused          if it may not; the caller gets this as the service's error, and no stand-in sees the call
    /// @throws InterruptedException when the door closes; the caller's connection breaks
    void beforePassing(Call call) throws CallRefused, InterruptedException;

    /// Whether the caller gets no answer although the call is carried out: its connection breaks, and it cannot know what became
    /// of what it asked for.
    default boolean losesAnswer(Call call) {
        return false;
    }
}
