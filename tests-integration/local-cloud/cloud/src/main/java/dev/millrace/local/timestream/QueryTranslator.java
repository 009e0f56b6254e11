package dev.millrace.local.timestream;

import dev.millrace.local.timestream.Functions.Function;
import dev.millrace.local.timestream.Token.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a statement of Timestream's dialect into one of DuckDB's that means the same, or refuses it. Works on tokens
/// and keeps their order; only function calls, casts, durations and a few literals are written anew.
final class QueryTranslator {
    private static final Map<String, String> CASTS = Map.of("bigint", "ts_cast_bigint", "integer", "ts_cast_integer", "int", "ts_cast_integer",
            "varchar", "ts_cast_varchar");
    private static final Map<String, String> CAST_TYPES = Map.of("double", "DOUBLE", "boolean", "BOOLEAN", "timestamp", "TIMESTAMP_NS", "date", "DATE");
    private static final Set<String> ARITHMETIC = Set.of("+", "-", "*", "/", "%");
    private static final Set<String> BEFORE_A_SIGN = Set.of("(", ",", "=", "<", ">", "<=", ">=", "<>", "!=", "||", "+", "-", "*", "/", "%");

    private final List<Token> tokens;
    private final String now;
    private final List<String> out = new ArrayList<>();
    private int at;

    private QueryTranslator(List<Token> tokens, Instant now) {
        this.tokens = tokens;
        this.now = "make_timestamp_ns(%d)".formatted(Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano()));
    }

    /// @param tokens of one statement, which may end in a semicolon
    /// @param now    what now() and ago() mean
    static String translate(List<Token> tokens, Instant now) {
        List<Token> statement = !tokens.isEmpty() && tokens.getLast().is(";") ? tokens.subList(0, tokens.size() - 1) : tokens;
        if (statement.isEmpty() || !(statement.getFirst().is("SELECT") || statement.getFirst().is("WITH"))) {
            throw ApiException.validation("The local Timestream runs SELECT and WITH statements only, not '%s'",
                    statement.isEmpty() ? "" : statement.getFirst().text());
        }
        var translator = new QueryTranslator(statement, now);
        translator.expressionUntil(statement.size());
        return String.join(" ", translator.out);
    }

    private void expressionUntil(int end) {
        while (at < end) {
            Token token = tokens.get(at);
            switch (token.kind()) {
                case WORD -> word(token);
                case QUOTED -> quoted(token);
                case DURATION -> duration(Long.parseLong(token.text()));
                case SYMBOL -> symbol(token);
                case STRING, NUMBER -> emit(token.text());
            }
        }
    }

    private void word(Token token) {
        String word = token.lower();
        if (Functions.REFUSED.contains(word)) {
            throw refused(token, "'%s' is not supported by the local Timestream".formatted(token.text()));
        }
        boolean first = at == 0 || !tokens.get(at - 1).is(".");
        if (first && next(1, "(") && !Functions.KEYWORDS.contains(word) && !isAliasWithColumns()) {
            call(token, word);
        } else if (word.equals("measure_value") && next(1, "::")) {
            emit("\"measure_value::" + wordAt(at + 2) + '"');
            at += 2;
        } else if (word.equals("timestamp") && at + 1 < tokens.size() && tokens.get(at + 1).kind() == Kind.STRING) {
            emit("TIMESTAMP_NS");
        } else if (((word.equals("group") || word.equals("order")) && next(1, "BY") && next(2, "ALL")) || (word.equals("distinct") && next(1, "ON"))) {
            throw refused(token, "'%s … %s' is not part of Timestream's SQL".formatted(token.text(), word.equals("distinct") ? "ON" : "ALL"));
        } else {
            emit(token.text());
        }
    }

    private void quoted(Token token) {
        if (next(1, "(") && !isAliasWithColumns()) {
            throw refused(token, "a function's name cannot stand in quotes");
        }
        if (Functions.REFUSED.contains(token.name().toLowerCase(java.util.Locale.ROOT)) && next(1, ".")) {
            throw refused(token, "%s is not supported by the local Timestream".formatted(token.text()));
        }
        emit(token.text());
    }

    /// `WITH a (x, y) AS` and `AS a (x, y)`.
    private boolean isAliasWithColumns() {
        if (at == 0) {
            return false;
        }
        Token before = tokens.get(at - 1);
        int close = closing(at + 1);
        return before.is("AS") || ((before.is("WITH") || before.is(",")) && close + 2 < tokens.size() && tokens.get(close + 1).is("AS")
                && tokens.get(close + 2).is("("));
    }

    private void symbol(Token token) {
        boolean sign = token.is("+") || token.is("-");
        if (token.is("::") || token.is(";")) {
            throw refused(token, "'%s' is not supported here".formatted(token.text()));
        } else if (sign && isDuration(at + 1) && !out.isEmpty() && isOperand(out.getLast())) {
            shift(token);
        } else {
            emit(token.text());
        }
    }

    /// `time - 5m` becomes `ts_minus(time, …)`: DuckDB alone would round to microseconds.
    private void shift(Token sign) {
        int start = operandStart(sign);
        if (start > 0 && ARITHMETIC.contains(out.get(start - 1))) {
            throw refused(sign, "put what comes before '%s' in parentheses".formatted(sign.text()));
        }
        at++;
        if (out.getLast().startsWith("INTERVAL ")) {
            out.add(sign.text());
            durationOperand();
            return;
        }
        out.add(start, sign.is("+") ? "ts_plus(" : "ts_minus(");
        out.add(",");
        durationOperand();
        out.add(")");
    }

    private void durationOperand() {
        Token token = tokens.get(at);
        if (token.kind() == Kind.DURATION) {
            duration(Long.parseLong(token.text()));
        } else {
            word(token);
        }
    }

    private void duration(long microseconds) {
        if ((at > 0 && (tokens.get(at - 1).is("*") || tokens.get(at - 1).is("/"))) || next(1, "*") || next(1, "/")) {
            throw refused(tokens.get(at), "a duration cannot be multiplied or divided by the local Timestream");
        }
        emit("INTERVAL '%d microseconds'".formatted(microseconds));
        boolean followed = at + 1 < tokens.size() && (tokens.get(at).is("+") || tokens.get(at).is("-"));
        if (followed && !isDuration(at + 1)) {
            throw refused(tokens.get(at), "write the time before the duration");
        }
    }

    private void call(Token token, String name) {
        int open = at + 1;
        int close = closing(open);
        switch (name) {
            case "cast", "try_cast" -> cast(token, name, open, close);
            case "now" -> {
                requireArguments(token, open, close, 0, 0);
                out.add(now);
                at = close + 1;
            }
            case "ago" -> {
                requireArguments(token, open, close, 1, 1);
                out.add("ts_minus(");
                out.add(now);
                out.add(",");
                inside(open, close);
            }
            case "parse_duration" -> {
                requireArguments(token, open, close, 1, 1);
                Token literal = tokens.get(open + 1);
                if (close != open + 2 || literal.kind() != Kind.STRING) {
                    throw refused(token, "parse_duration takes one literal text");
                }
                at = close;
                duration(Tokenizer.microseconds(literal.text().substring(1, literal.text().length() - 1)));
            }
            default -> {
                Function function = Functions.named(name);
                requireArguments(token, open, close, function.argumentsMin(), function.argumentsMax());
                out.add(function.duck() + "(");
                inside(open, close);
            }
        }
    }

    private void cast(Token token, String name, int open, int close) {
        String type = wordAt(close - 1);
        if (close < open + 4 || !tokens.get(close - 2).is("AS")) {
            throw refused(token, "%s must read: %s(value AS type)".formatted(name, name));
        }
        boolean attempt = name.equals("try_cast");
        String macro = CASTS.get(type);
        if (!CAST_TYPES.containsKey(type) && (attempt || macro == null)) {
            throw refused(token, "%s to %s is not supported by the local Timestream".formatted(name, type));
        }
        out.add(macro == null ? name + "(" : macro + "(");
        at = open + 1;
        expressionUntil(close - 2);
        if (macro == null) {
            out.add("AS " + CAST_TYPES.get(type));
        }
        out.add(")");
        at = close + 1;
    }

    private void inside(int open, int close) {
        at = open + 1;
        expressionUntil(close);
        emit(")");
    }

    private void requireArguments(Token token, int open, int close, int min, int max) {
        int arguments = close == open + 1 ? 0 : 1;
        int depth = 0;
        for (int i = open + 1; i < close; i++) {
            depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
            arguments += depth == 0 && tokens.get(i).is(",") ? 1 : 0;
        }
        if (arguments < min || arguments > max) {
            throw refused(token, "%s with %d arguments is not supported by the local Timestream".formatted(token.text(), arguments));
        }
    }

    private int closing(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw refused(tokens.get(open), "parenthesis without end");
    }

    /// Where the last operand of what is written begins: a name with its qualifiers, or a parenthesis with its function.
    private int operandStart(Token sign) {
        int start = out.size() - 1;
        if (out.get(start).equals(")")) {
            int depth = 0;
            do {
                depth += out.get(start).equals(")") ? 1 : out.get(start).endsWith("(") ? -1 : 0;
                start--;
            } while (depth > 0);
            start++;
            if (out.get(start).equals("(") && start > 0 && (out.get(start - 1).equalsIgnoreCase("over") || out.get(start - 1).equalsIgnoreCase("filter"))) {
                throw refused(sign, "put the window function in parentheses");
            }
            return start;
        }
        while (start > 1 && out.get(start - 1).equals(".")) {
            start -= 2;
        }
        return start;
    }

    private boolean isOperand(String piece) {
        if (piece.equalsIgnoreCase("end")) {
            throw refused(tokens.get(at), "put the CASE in parentheses");
        }
        return !BEFORE_A_SIGN.contains(piece) && !piece.endsWith("(") && !Functions.KEYWORDS.contains(piece.toLowerCase(java.util.Locale.ROOT));
    }

    private boolean isDuration(int index) {
        return index < tokens.size() && (tokens.get(index).kind() == Kind.DURATION || tokens.get(index).is("parse_duration"));
    }

    private boolean next(int offset, String text) {
        return at + offset < tokens.size() && tokens.get(at + offset).is(text);
    }

    private String wordAt(int index) {
        return index < tokens.size() ? tokens.get(index).lower() : "";
    }

    private void emit(String text) {
        out.add(text);
        at++;
    }

    private static ApiException refused(Token token, String why) {
        return ApiException.validation("The query is not valid at character %d: %s", token.position() + 1, why);
    }
}
