package dev.millrace.analysts;

import dev.millrace.cli.TextTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// An answer as people, or their spreadsheets, read it.
final class AnswerText {
    /// More than anybody reads in a terminal.
    private static final int ROWS_SHOWN_MAX = 500;
    private static final int DECIMALS_SHOWN = 6;
    private static final double USD_PER_BYTE = 5.0 / 1_000_000_000_000L;
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private AnswerText() {
    }

    /// With a line at the end if not all rows are shown.
    static String table(Answer answer) {
        if (answer.columns().isEmpty()) {
            return "";
        }
        var table = new TextTable(answer.columns().toArray(String[]::new));
        for (List<Object> row : answer.rows().subList(0, Math.min(ROWS_SHOWN_MAX, answer.rows().size()))) {
            table.row(row.stream().map(AnswerText::shown).toArray());
        }
        int hidden = answer.rows().size() - ROWS_SHOWN_MAX;
        return table + (hidden > 0 ? String.format(Locale.ROOT, "  … and %,d rows more: --csv prints all%n", hidden) : "");
    }

    /// As RFC 4180 has it, with a line of names first. Null is nothing, an empty text is `""`.
    static String csv(Answer answer) {
        var lines = new StringBuilder(answer.columns().stream().map(AnswerText::quoted).collect(Collectors.joining(","))).append('\n');
        for (List<Object> row : answer.rows()) {
            lines.append(row.stream().map(value -> value == null ? "" : quoted(plain(value))).collect(Collectors.joining(","))).append('\n');
        }
        return lines.toString();
    }

    /// What it took and cost.
    static String summary(Answer answer) {
        return String.format(Locale.ROOT, "%,d rows in %.1f s; %,d bytes scanned, for which Athena would bill %,d MB (%.5f USD at 5 USD a TB)",
                answer.rows().size(), answer.took().toMillis() / 1_000.0, answer.scannedBytes(), answer.billedBytes() / 1_000_000, answer.billedBytes() * USD_PER_BYTE);
    }

    private static String shown(Object value) {
        return switch (value) {
            case null -> "";
            case Double number when Double.isFinite(number) ->
                    BigDecimal.valueOf(number).setScale(DECIMALS_SHOWN, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
            default -> plain(value);
        };
    }

    /// Times of a zone are told in UTC, as Athena shows them.
    private static String plain(Object value) {
        return switch (value) {
            case ZonedDateTime time -> time(time.withZoneSameInstant(ZoneOffset.UTC).toLocalDateTime()) + " UTC";
            case LocalDateTime time -> time(time);
            default -> value.toString();
        };
    }

    private static String time(LocalDateTime time) {
        boolean isWhole = time.truncatedTo(ChronoUnit.SECONDS).equals(time);
        return (isWhole ? SECONDS : MILLIS).format(time);
    }

    private static String quoted(String text) {
        boolean isPlain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
