package dev.millrace.events;

import java.util.regex.Pattern;

/// The rules for names that come from outside. Each `require` returns the name or says what is wrong with it.
public final class Names {
    /// AWS IoT: a thing name is 1 to 128 of `a-zA-Z0-9:_-` (CreateThing). The `:` is refused here because the
    /// name also stands in file names and S3 keys.
    private static final Pattern THING = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    /// Lower case, because Glue and Athena fold column names; at most 64 so that it fits a Timestream measure name with its suffix.
    private static final Pattern LOWER = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private Names() {
    }

    /// @throws IllegalArgumentException if the name is not 1 to 128 of `a-zA-Z0-9_-`
    public static String requireThing(String name) {
        return require(name, THING, "thing");
    }

    /// @throws IllegalArgumentException if the name is not a lower-case letter followed by at most 63 of `a-z0-9_`
    public static String requireMeasure(String name) {
        return require(name, LOWER, "measure");
    }

    /// @throws IllegalArgumentException if the name is not a lower-case letter followed by at most 63 of `a-z0-9_`
    public static String requireType(String name) {
        return require(name, LOWER, "device type");
    }

    private static String require(String name, Pattern rule, String what) {
        if (name == null || !rule.matcher(name).matches()) {
            throw new IllegalArgumentException("%s name must match %s: %s".formatted(what, rule, shown(name)));
        }
        return name;
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
