package dev.millrace.local.iot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An action or a resource as a policy writes it: `*` stands for any text, `?` for any one character, and
/// `${…}` for a policy variable. `+` and `#` mean nothing here (AWS IoT developer guide, "Using wildcard
/// characters in MQTT and AWS IoT Core policies"). The value of a variable is plain text: a `*` in it is a star.
final class PolicyPattern {
    private sealed interface Part {
        record Text(String text) implements Part {}

        record AnyText() implements Part {}

        record AnyCharacter() implements Part {}

        record ClientId() implements Part {}

        record ThingName() implements Part {}
    }

    private static final int ANY_TEXT = -1;
    private static final int ANY_CHARACTER = -2;

    private final List<Part> parts;

    private PolicyPattern(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /// @param where the place of the text, for the message
    /// @throws IllegalArgumentException if the text has a variable that is not simulated
    static PolicyPattern parse(String where, String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '*') {
                parts.add(new Part.AnyText());
                at++;
            } else if (next == '?') {
                parts.add(new Part.AnyCharacter());
                at++;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new IllegalArgumentException("%s: '${' without '}': %s".formatted(where, text));
                }
                parts.add(variable(where, text.substring(at, end + 1)));
                at = end + 1;
            } else {
                int end = at + 1;
                while (end < text.length() && "*?".indexOf(text.charAt(end)) < 0 && !text.startsWith("${", end)) {
                    end++;
                }
                parts.add(new Part.Text(text.substring(at, end)));
                at = end;
            }
        }
        return new PolicyPattern(parts);
    }

    private static Part variable(String where, String variable) {
        return switch (variable) {
            case "${iot:ClientId}" -> new Part.ClientId();
            case "${iot:Connection.Thing.ThingName}" -> new Part.ThingName();
            default -> throw new IllegalArgumentException("%s: the policy variable %s is not simulated".formatted(where, variable));
        };
    }

    /// False also if a variable of the pattern has no value for this caller.
    boolean matches(String value, Caller caller) {
        Optional<int[]> pattern = resolved(caller);
        return pattern.isPresent() && matches(pattern.get(), value);
    }

    private Optional<int[]> resolved(Caller caller) {
        List<Integer> symbols = new ArrayList<>();
        for (Part part : parts) {
            switch (part) {
                case Part.AnyText _ -> symbols.add(ANY_TEXT);
                case Part.AnyCharacter _ -> symbols.add(ANY_CHARACTER);
                case Part.Text(String text) -> text.chars().forEach(symbols::add);
                case Part.ClientId _ -> caller.clientId().chars().forEach(symbols::add);
                case Part.ThingName _ -> {
                    Optional<String> thing = caller.thing();
                    if (thing.isEmpty()) {
                        return Optional.empty();
                    }
                    thing.get().chars().forEach(symbols::add);
                }
            }
        }
        return Optional.of(symbols.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Greedy, with one step back to the last star: linear in practice, never exponential.
    private static boolean matches(int[] pattern, String value) {
        int p = 0;
        int v = 0;
        int star = -1;
        int afterStar = 0;
        while (v < value.length()) {
            if (p < pattern.length && pattern[p] == ANY_TEXT) {
                star = p++;
                afterStar = v;
            } else if (p < pattern.length && (pattern[p] == ANY_CHARACTER || pattern[p] == value.charAt(v))) {
                p++;
                v++;
            } else if (star >= 0) {
                p = star + 1;
                v = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY_TEXT) {
            p++;
        }
        return p == pattern.length;
    }
}
