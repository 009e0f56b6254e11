package dev.millrace.uplink;

/// The broker answered a publish with another reason than success, or no answer came. The message says which.
public final class PublishRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PublishRefused(String message) {
        super(message);
    }

    PublishRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
