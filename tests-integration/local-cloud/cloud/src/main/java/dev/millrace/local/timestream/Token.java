package dev.millrace.local.timestream;

import java.util.Locale;

/// A piece of a query.
///
/// @param text     as written; of a DURATION, its microseconds
/// @param position in the query, from 0
record Token(Kind kind, String text, int position) {
    enum Kind {
        /// A keyword or an unquoted name.
        WORD,
        /// A name in double quotes, which are part of the text.
        QUOTED,
        /// A text in single quotes, which are part of the text.
        STRING,
        NUMBER,
        DURATION,
        SYMBOL
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /// A name without its quotes, as it was written.
    String name() {
        return kind == Kind.QUOTED ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
    }

    String lower() {
        return text.toLowerCase(Locale.ROOT);
    }
}
