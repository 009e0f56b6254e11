package dev.millrace.analysts;

/// A query that the engine refused or gave up. The message is the engine's, and names line and column where it can.
public final class QueryFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueryFailed(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
