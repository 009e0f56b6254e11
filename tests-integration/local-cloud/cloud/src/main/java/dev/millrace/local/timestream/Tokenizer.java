package dev.millrace.local.timestream;

import dev.millrace.local.timestream.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Splits a query into tokens. Durations (`5m`) are told from numbers and names here, so nothing inside quotes or
/// comments is ever touched. What Timestream's SQL does not know is refused.
final class Tokenizer {
    private static final Map<String, Long> MICROSECONDS = Map.ofEntries(
            Map.entry("us", 1L), Map.entry("microsecond", 1L), Map.entry("ms", 1_000L), Map.entry("millisecond", 1_000L),
            Map.entry("s", 1_000_000L), Map.entry("second", 1_000_000L), Map.entry("m", 60_000_000L), Map.entry("minute", 60_000_000L),
            Map.entry("h", 3_600_000_000L), Map.entry("hour", 3_600_000_000L), Map.entry("d", 86_400_000_000L), Map.entry("day", 86_400_000_000L));
    private static final List<String> SYMBOLS = List.of("||", "<>", "!=", "<=", ">=", "::", "(", ")", ",", ".", "*", "+", "-", "/", "%", "=", "<", ">", ";");

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Tokenizer(String sql) {
        this.sql = sql;
    }

    static List<Token> tokens(String sql) {
        var tokenizer = new Tokenizer(sql);
        tokenizer.run();
        return List.copyOf(tokenizer.tokens);
    }

    /// The microseconds of a duration such as `42.8ms`, with the same refusals as for a literal.
    static long microseconds(String duration) {
        List<Token> tokens = tokens(duration);
        if (tokens.size() != 1 || tokens.getFirst().kind() != Kind.DURATION) {
            throw ApiException.validation("'%s' is not a duration", duration);
        }
        return Long.parseLong(tokens.getFirst().text());
    }

    private void run() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (sql.startsWith("--", at)) {
                at = endOf("\n", sql.length());
            } else if (sql.startsWith("/*", at)) {
                at = endOf("*/", -1);
            } else if (c == '\'') {
                add(Kind.STRING, quotedEnd(c));
            } else if (c == '"') {
                add(Kind.QUOTED, quotedEnd(c));
            } else if (isDigit(at) || (c == '.' && isDigit(at + 1))) {
                number();
            } else if (isNameStart(c)) {
                add(Kind.WORD, nameEnd(at));
            } else {
                symbol();
            }
        }
    }

    private int endOf(String mark, int otherwise) {
        int end = sql.indexOf(mark, at);
        if (end < 0 && otherwise < 0) {
            throw error("comment without end", at);
        }
        return end < 0 ? otherwise : end + mark.length();
    }

    private int quotedEnd(char quote) {
        int end = at + 1;
        while (end < sql.length()) {
            if (sql.charAt(end) != quote) {
                end++;
            } else if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
                end += 2;
            } else {
                return end + 1;
            }
        }
        throw error("quote without end", at);
    }

    /// Timestream knows no decimals: a number with a point is a double, and only an exponent makes DuckDB think so.
    private void number() {
        int end = digitsEnd(at);
        boolean fraction = end < sql.length() && sql.charAt(end) == '.';
        if (fraction) {
            end = digitsEnd(end + 1);
        }
        int exponent = exponentEnd(end);
        int unitEnd = exponent == end ? nameEnd(end) : nameEnd(exponent);
        if (exponent == end && unitEnd > end) {
            duration(sql.substring(at, end), sql.substring(end, unitEnd));
            at = unitEnd;
            return;
        }
        if (unitEnd > exponent) {
            throw error("'%s' is not a number".formatted(sql.substring(at, unitEnd)), at);
        }
        String text = sql.substring(at, exponent);
        tokens.add(new Token(Kind.NUMBER, fraction && exponent == end ? text + "e0" : text, at));
        at = exponent;
    }

    private void duration(String count, String unit) {
        Long factor = MICROSECONDS.get(unit);
        if (factor == null) {
            throw error("'%s%s' is not a duration; the local Timestream knows the units us ms s m h d and their long words".formatted(count, unit), at);
        }
        try {
            long micros = new BigDecimal(count).multiply(BigDecimal.valueOf(factor)).longValueExact();
            tokens.add(new Token(Kind.DURATION, Long.toString(micros), at));
        } catch (ArithmeticException _) {
            throw error("'%s%s' is not a whole number of microseconds".formatted(count, unit), at);
        }
    }

    private int digitsEnd(int from) {
        int end = from;
        while (isDigit(end)) {
            end++;
        }
        return end;
    }

    private int exponentEnd(int from) {
        if (from >= sql.length() || Character.toLowerCase(sql.charAt(from)) != 'e') {
            return from;
        }
        int sign = from + 1 < sql.length() && "+-".indexOf(sql.charAt(from + 1)) >= 0 ? 1 : 0;
        return isDigit(from + 1 + sign) ? digitsEnd(from + 1 + sign) : from;
    }

    private int nameEnd(int from) {
        int end = from;
        while (end < sql.length() && (isNameStart(sql.charAt(end)) || (end > from && isDigit(end)))) {
            end++;
        }
        return end;
    }

    private void symbol() {
        for (String symbol : SYMBOLS) {
            if (sql.startsWith(symbol, at)) {
                tokens.add(new Token(Kind.SYMBOL, symbol, at));
                at += symbol.length();
                return;
            }
        }
        throw error("'%c' is not supported".formatted(sql.charAt(at)), at);
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, sql.substring(at, end), at));
        at = end;
    }

    private boolean isDigit(int index) {
        return index < sql.length() && sql.charAt(index) >= '0' && sql.charAt(index) <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static ApiException error(String what, int position) {
        return ApiException.validation("The query is not valid at character %d: %s", position + 1, what);
    }
}
