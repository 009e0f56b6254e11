package dev.millrace.cli;

/// The demo cannot go on; the message says what a person can do about it.
public final class DemoFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailed(String message) {
        super(message);
    }
}
