package dev.millrace.local;

/// A stand-in in a process of its own that did not start, or that ended. The message has the last lines of its log.
public final class ChildFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    ChildFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
