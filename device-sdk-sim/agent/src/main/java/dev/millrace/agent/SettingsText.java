package dev.millrace.agent;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Settings as a person writes them, by key. Each is asked for once, with what holds if it is missing; a key that nobody
/// asked for is a mistake of the person's. Every error names the key, what was expected and what came.
public final class SettingsText {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern FLAG = Pattern.compile("--([^=]+)=(.*)", Pattern.DOTALL);

    private final Map<String, String> values;
    private final SortedSet<String> known = new TreeSet<>();

    private SettingsText(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    public static SettingsText of(Map<String, String> values) {
        return new SettingsText(values);
    }

    /// A properties file, and flags `--key=value` that go before what is in it.
    ///
    /// @throws IOException              if the file cannot be read
    /// @throws IllegalArgumentException if a flag is none
    public static SettingsText read(Path file, List<String> flags) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key).strip()));
        for (String flag : flags) {
            Matcher matcher = FLAG.matcher(flag);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expected --key=value, came %s".formatted(flag));
            }
            values.put(matcher.group(1), matcher.group(2));
        }
        return new SettingsText(values);
    }

    /// @throws IllegalArgumentException if it is missing
    public String text(String key) {
        String value = text(key, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("%s: expected a value, came nothing".formatted(key));
        }
        return value;
    }

    public String text(String key, String otherwise) {
        known.add(requireNonNull(key, "key is null"));
        return values.getOrDefault(key, otherwise);
    }

    public long number(String key, long otherwise) {
        String value = text(key, "");
        try {
            return value.isEmpty() ? otherwise : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s: expected a whole number, came '%s'".formatted(key, value), e);
        }
    }

    public int integer(String key, int otherwise) {
        long number = number(key, otherwise);
        if (number != (int) number) {
            throw new IllegalArgumentException("%s: expected a number of at most 9 digits, came '%d'".formatted(key, number));
        }
        return (int) number;
    }

    public Duration duration(String key, Duration otherwise) {
        String value = text(key, "");
        return value.isEmpty() ? otherwise : duration(key, value);
    }

    private static Duration duration(String key, String value) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("%s: expected a time such as 500ms, 2s, 10m, 1h or 7d, came '%s'".formatted(key, value));
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /// A constant of an enum, in small letters with hyphens: `drop-oldest`.
    public <E extends Enum<E>> E choice(String key, E otherwise) {
        String value = text(key, "");
        if (value.isEmpty()) {
            return otherwise;
        }
        List<E> all = Arrays.asList(otherwise.getDeclaringClass().getEnumConstants());
        return all.stream().filter(one -> written(one).equals(value)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "%s: expected one of %s, came '%s'".formatted(key, all.stream().map(SettingsText::written).toList(), value)));
    }

    private static String written(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// `each-append`, `interval 1s` or `count 100`.
    SyncPolicy sync(String key, SyncPolicy otherwise) {
        String value = text(key, "");
        if (value.isEmpty()) {
            return otherwise;
        }
        String[] words = value.split(" +", 2);
        if (words[0].equals("each-append") && words.length == 1) {
            return new SyncPolicy.EachAppend();
        }
        if (words[0].equals("interval") && words.length == 2) {
            return new SyncPolicy.ByInterval(duration(key, words[1]));
        }
        if (words[0].equals("count") && words.length == 2 && words[1].matches("\\d{1,9}")) {
            return new SyncPolicy.ByCount(Integer.parseInt(words[1]));
        }
        throw new IllegalArgumentException("%s: expected 'each-append', 'interval 1s' or 'count 100', came '%s'".formatted(key, value));
    }

    /// @throws IllegalArgumentException if there are keys that nobody asked for
    public void requireNoOthers() {
        SortedSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("%s: expected one of %s".formatted(String.join(", ", unknown), known));
        }
    }
}
