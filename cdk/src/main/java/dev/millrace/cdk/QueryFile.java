package dev.millrace.cdk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A query of the analysts, as it stands in a file `queries/<name>.sql`: a head of comments, then one SELECT.
///
/// ```sql
/// -- title: Last position of each truck
/// -- description: Where each truck was when it was last heard of,
/// --   and when that was.
/// -- reads: truck, 2 days
/// -- scans at most: 22 bytes a reading
/// SELECT …
/// WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
/// ```
///
/// The days are those of UTC that the look-back touches, today included; the look-back is one line, so that an analyst
/// changes it in one place. What the query scans at most is a number of bytes for each reading of those days, or `every byte`
/// where the files are text, which Athena reads whole. The text is what Athena gets, head included.
///
/// @param name   of the file without its ending, and of the query in Athena
/// @param tables that it reads; views among them
/// @param days   1 to 366
/// @param scans  as the head says it
/// @param text   the whole file
record QueryFile(String name, String title, String description, List<String> tables, int days, String scans, String text) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern READS = Pattern.compile("([a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*), ([1-9][0-9]{0,2}) days?");
    private static final Pattern SCANS = Pattern.compile("[1-9][0-9]{0,3} bytes a reading|every byte");
    private static final Pattern LOOK_BACK = Pattern.compile("\\bcurrent_(timestamp|date) - INTERVAL '\\d+' (DAY|HOUR|MINUTE).* -- look back$");
    private static final int DAYS_MAX = 366;
    /// Athena, API reference, NamedQuery: `Description`, `QueryString`.
    private static final int DESCRIPTION_MAX = 1_024;
    private static final int TEXT_MAX = 262_144;

    /// @param name names the source in every error
    /// @throws ConfigException naming the line, what was expected and what came
    static QueryFile parse(String name, String text) {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException("query %s: a name must match %s".formatted(name, NAME));
        }
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        UnaryOperator<String> next = key -> takeLine(name, key, lines);
        String title = next.apply("title");
        String description = next.apply("description");
        while (!lines.isEmpty() && lines.getFirst().startsWith("--   ")) {
            description += " " + lines.removeFirst().substring(5).strip();
        }
        Matcher reads = match(name, "reads", READS, "tables and days, as 'truck, 2 days'", next.apply("reads"));
        String scans = match(name, "scans at most", SCANS, "'<number> bytes a reading' or 'every byte'", next.apply("scans at most")).group();
        int days = Integer.parseInt(reads.group(2));
        if (days > DAYS_MAX) {
            throw new ConfigException("query %s: reads must be at most %d days: %d".formatted(name, DAYS_MAX, days));
        }
        requireOneSelect(name, lines);
        var query = new QueryFile(name, title, description, List.of(reads.group(1).split(", ")), days, scans, text);
        requireAtMost(name, "title and description", DESCRIPTION_MAX, query.athenaDescription().length());
        requireAtMost(name, "the file", TEXT_MAX, text.getBytes(StandardCharsets.UTF_8).length);
        return query;
    }

    /// What a person reads in Athena's list.
    String athenaDescription() {
        return "%s. %s Reads %s of %d days, at most %s.".formatted(title, description, String.join(", ", tables), days, scans);
    }

    /// @throws ConfigException if a table is not one of the lake's
    void requireTables(Set<String> known) {
        for (String table : tables) {
            if (!known.contains(table)) {
                throw new ConfigException("query %s: reads must be tables of the lake, of %s: '%s'".formatted(name, String.join(", ", known), table));
            }
        }
    }

    private static String takeLine(String name, String key, List<String> lines) {
        String head = "-- " + key + ": ";
        String line = lines.isEmpty() ? "" : lines.getFirst();
        if (!line.startsWith(head) || line.substring(head.length()).isBlank()) {
            throw new ConfigException("query %s: expected a line '%s…', came: '%s'".formatted(name, head, line));
        }
        lines.removeFirst();
        return line.substring(head.length()).strip();
    }

    private static Matcher match(String name, String key, Pattern pattern, String expected, String value) {
        Matcher matcher = pattern.matcher(value);
        if (!matcher.matches()) {
            throw new ConfigException("query %s: '%s' must be %s: '%s'".formatted(name, key, expected, value));
        }
        return matcher;
    }

    private static void requireOneSelect(String name, List<String> lines) {
        String first = lines.isEmpty() ? "" : lines.getFirst();
        if (!first.startsWith("SELECT") && !first.startsWith("WITH ")) {
            throw new ConfigException("query %s: expected SELECT or WITH after the head, came: '%s'".formatted(name, first));
        }
        if (lines.stream().anyMatch(line -> line.contains(";"))) {
            throw new ConfigException("query %s: expected one statement without ';'".formatted(name));
        }
        long lookBacks = lines.stream().filter(line -> LOOK_BACK.matcher(line).find()).count();
        if (lookBacks != 1) {
            throw new ConfigException("query %s: expected one line that matches %s, came %d".formatted(name, LOOK_BACK, lookBacks));
        }
    }

    private static void requireAtMost(String name, String what, int max, int length) {
        if (length > max) {
            throw new ConfigException("query %s: %s must have at most %d characters: %d".formatted(name, what, max, length));
        }
    }
}
