package dev.millrace.compact;

/// What was written is not what was read: nothing was committed.
final class ProofFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProofFailed(String message) {
        super(message);
    }
}
