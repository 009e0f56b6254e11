package dev.millrace.pipeline.simulation;

/// Something that must hold does not.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String check;

    Violation(String check, String message) {
        super(check + ": " + message);
        this.check = check;
    }

    /// Short name of what was checked.
    String check() {
        return check;
    }
}
