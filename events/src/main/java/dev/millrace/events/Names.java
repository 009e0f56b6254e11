package dev.millrace.events;

import java.time.Duration;

/// The rules for names that come from outside. Each `require` returns the name or says what is wrong with it.
public final class Names {
    private static final int THING_MAX = 128;
    private static final int LOWER_MAX = 64;

    private Names() {
    }

    /// The name of the panes of a length, in the largest unit that is whole: `pane_30s`, `pane_1m`, `pane_2h`. It is the
    /// measure name of rollups in the hot store, so panes of another length are other rows.
    ///
    /// @param length whole seconds
    public static String pane(Duration length) {
        long seconds = length.toSeconds();
        if (seconds % 3_600 == 0) {
            return "pane_%dh".formatted(seconds / 3_600);
        }
        return seconds % 60 == 0 ? "pane_%dm".formatted(seconds / 60) : "pane_%ds".formatted(seconds);
    }

    /// AWS IoT: a thing name is 1 to 128 of `a-zA-Z0-9:_-` (CreateThing). The `:` is refused here because the
    /// name also stands in file names and S3 keys.
    ///
    /// @throws IllegalArgumentException if the name is not 1 to 128 of `a-zA-Z0-9_-`
    public static String requireThing(String name) {
        boolean isValid = name != null && !name.isEmpty() && name.length() <= THING_MAX;
        for (int i = 0; isValid && i < name.length(); i++) {
            isValid = isThing(name.charAt(i));
        }
        return require(isValid, name, "thing", "[a-zA-Z0-9_-]{1,128}");
    }

    /// Lower case, because Glue and Athena fold column names; at most 64 so that it fits a Timestream measure name with
    /// its suffix.
    ///
    /// @throws IllegalArgumentException if the name is not a lower-case letter followed by at most 63 of `a-z0-9_`
    public static String requireMeasure(String name) {
        return requireLower(name, "measure");
    }

    /// @throws IllegalArgumentException if the name is not a lower-case letter followed by at most 63 of `a-z0-9_`
    public static String requireType(String name) {
        return requireLower(name, "device type");
    }

    private static String requireLower(String name, String what) {
        boolean isValid = name != null && !name.isEmpty() && name.length() <= LOWER_MAX && isLowerLetter(name.charAt(0));
        for (int i = 1; isValid && i < name.length(); i++) {
            isValid = isLower(name.charAt(i));
        }
        return require(isValid, name, what, "[a-z][a-z0-9_]{0,63}");
    }

    private static String require(boolean isValid, String name, String what, String rule) {
        if (!isValid) {
            throw new IllegalArgumentException("%s name must match %s: %s".formatted(what, rule, shown(name)));
        }
        return name;
    }

    static boolean isThing(int c) {
        return isLowerLetter(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    static boolean isLower(int c) {
        return isLowerLetter(c) || (c >= '0' && c <= '9') || c == '_';
    }

    static boolean isLowerLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    /// A value from outside as it may stand in a message: bounded, and without control characters.
    public static String shown(String value) {
        if (value == null) {
            return "null";
        }
        String bounded = value.length() <= 80 ? value : value.substring(0, 80) + "…";
        return "'" + bounded.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
