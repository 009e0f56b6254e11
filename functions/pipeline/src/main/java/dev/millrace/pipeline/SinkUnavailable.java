package dev.millrace.pipeline;

/// A sink or the state store could not do its part now; the batch is to be tried again.
public final class SinkUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message names the sink, and what it was asked for
    public SinkUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
