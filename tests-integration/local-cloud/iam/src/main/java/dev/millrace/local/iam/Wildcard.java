package dev.millrace.local.iam;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `*` for any characters, `?` for one ("IAM JSON policy elements: Resource").
record Wildcard(Pattern pattern) {
    private static final Pattern PART = Pattern.compile("[*?]|[^*?]+");

    static Wildcard of(String text, int flags) {
        String regex = PART.matcher(text).results().map(part -> switch (part.group()) {
            case "*" -> ".*";
            case "?" -> ".";
            default -> Pattern.quote(part.group());
        }).collect(Collectors.joining());
        return new Wildcard(Pattern.compile(regex, flags | Pattern.DOTALL));
    }

    boolean matches(String text) {
        return pattern.matcher(text).matches();
    }
}
