package dev.millrace.local.iot;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of the rules SQL that is simulated: `SELECT * FROM '<topic filter>'`, which hands the payload to
/// the actions byte for byte, whatever its format (AWS IoT developer guide, "Working with binary payloads").
/// `FROM` may be absent in a rule that only Basic Ingest reaches.
final class RuleSql {
    private static final Pattern SELECT = Pattern.compile("\\s*SELECT\\s+(.*?)(?:\\s+FROM\\s+(.*))?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'(.*)", Pattern.DOTALL);

    private RuleSql() {
    }

    /// The filter of the statement's `FROM`.
    ///
    /// @throws IllegalArgumentException with the text that is not simulated
    static TopicFilter parse(String sql) {
        Matcher statement = SELECT.matcher(sql);
        if (!statement.matches()) {
            throw refused("expected SELECT * FROM '<topic filter>'", sql);
        }
        if (!statement.group(1).strip().equals("*")) {
            throw refused("only SELECT * is simulated", statement.group(1).strip());
        }
        if (statement.group(2) == null) {
            return TopicFilter.nothing();
        }
        Matcher from = QUOTED.matcher(statement.group(2).strip());
        if (!from.matches()) {
            throw refused("expected FROM '<topic filter>'", statement.group(2));
        }
        String rest = from.group(2).strip();
        if (rest.toUpperCase(Locale.ROOT).startsWith("WHERE")) {
            throw refused("WHERE is not simulated", rest);
        }
        if (!rest.isEmpty()) {
            throw refused("nothing may follow FROM '<topic filter>'", rest);
        }
        return TopicFilter.parse(from.group(1));
    }

    private static IllegalArgumentException refused(String why, String text) {
        return new IllegalArgumentException(why + ": \"" + text + "\"");
    }
}
