package dev.millrace.deploy;

/// What one check found.
///
/// @param check  what was looked at, in one or two words
/// @param found  what is there
/// @param advice what to do; empty if nothing
record Finding(Level level, String check, String found, String advice) {
    /// How bad it is.
    enum Level {
        ok, warn,
        /// It could not be asked.
        unknown,
        /// A deployment would fail, or what is deployed would not carry the load.
        FAIL
    }

    static Finding ok(String check, String found) {
        return new Finding(Level.ok, check, found, "");
    }

    static Finding warn(String check, String found, String advice) {
        return new Finding(Level.warn, check, found, advice);
    }

    static Finding unknown(String check, String found, String advice) {
        return new Finding(Level.unknown, check, found, advice);
    }

    static Finding fail(String check, String found, String advice) {
        return new Finding(Level.FAIL, check, found, advice);
    }

    /// A call did not say what a check needs to know.
    ///
    /// @param advice how else it can be known
    static Finding unasked(String check, CallFailed failure, String advice) {
        if (failure.isNotSimulated()) {
            return unknown(check, "not simulated by the local cloud", "");
        }
        return unknown(check, failure.getMessage(), failure.isDenied() ? "let your role make this call, or: " + advice : advice);
    }

    /// One line for a terminal.
    String line() {
        return "%-7s  %-16s  %s%s".formatted(level, check, found, advice.isEmpty() ? "" : " -> " + advice).replaceAll("\\s*\\R\\s*", " ").stripTrailing();
    }
}
