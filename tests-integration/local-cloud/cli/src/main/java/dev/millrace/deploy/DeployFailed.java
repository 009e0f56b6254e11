package dev.millrace.deploy;

import java.io.Serial;

/// A program that a command here needs has refused or broken; the message says what a person can do about it.
final class DeployFailed extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    /// @param exitCode of the command: 1, or 2 if a setting is wrong
    DeployFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
