package dev.millrace.deploy;

import java.io.Serial;

/// Nobody is there in whose name AWS could be asked.
final class NoCaller extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;
    private final String advice;

    /// @param found  what came
    /// @param advice what to do
    NoCaller(String found, String advice) {
        super(found);
        this.advice = advice;
    }

    String advice() {
        return advice;
    }
}
