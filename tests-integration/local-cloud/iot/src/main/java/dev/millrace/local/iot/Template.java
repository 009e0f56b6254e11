package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A substitution template of a rule action: text with `${expression}` in it, evaluated against the original
/// message (AWS IoT developer guide, "Substitution templates"). Simulated are `topic()`, `topic(n)`,
/// `clientid()`, `timestamp()` and `newuuid()`.
final class Template {
    private sealed interface Part {
        record Text(String text) implements Part {}

        record Topic() implements Part {}

        /// @param level counted from 1
        record TopicLevel(int level) implements Part {}

        record ClientId() implements Part {}

        record Timestamp() implements Part {}

        record NewUuid() implements Part {}
    }

    private static final Pattern TOPIC_LEVEL = Pattern.compile("topic\\(\\s*([1-9]\\d{0,2})\\s*\\)");

    private final String source;
    private final List<Part> parts;

    private Template(String source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException with the expression that is not simulated
    static Template parse(String source) {
        requireNonNull(source, "source is null");
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < source.length()) {
            int start = source.indexOf("${", at);
            if (start < 0) {
                parts.add(new Part.Text(source.substring(at)));
                break;
            }
            int end = source.indexOf('}', start);
            if (end < 0) {
                throw new IllegalArgumentException("substitution template has '${' without '}': \"" + source + "\"");
            }
            parts.add(new Part.Text(source.substring(at, start)));
            parts.add(expression(source.substring(start + 2, end).strip()));
            at = end + 1;
        }
        return new Template(source, parts);
    }

    private static Part expression(String expression) {
        Matcher level = TOPIC_LEVEL.matcher(expression);
        if (level.matches()) {
            return new Part.TopicLevel(Integer.parseInt(level.group(1)));
        }
        return switch (expression) {
            case "topic()" -> new Part.Topic();
            case "clientid()" -> new Part.ClientId();
            case "timestamp()" -> new Part.Timestamp();
            case "newuuid()" -> new Part.NewUuid();
            default -> throw new IllegalArgumentException("substitution template is not simulated: \"${" + expression + "}\"");
        };
    }

    /// @throws ActionFailed if an expression has no value for this message: what AWS does then is not
    ///                      documented, see docs/verify-on-aws.md
    String render(Message message, Supplier<UUID> uuids) throws ActionFailed {
        var text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String plain) -> text.append(plain);
                case Part.Topic _ -> text.append(message.topic());
                case Part.TopicLevel(int level) -> text.append(level(message.topic(), level));
                case Part.ClientId _ -> text.append(message.clientId());
                case Part.Timestamp _ -> text.append(message.receivedAt().toEpochMilli());
                case Part.NewUuid _ -> text.append(uuids.get());
            }
        }
        return text.toString();
    }

    private String level(String topic, int level) throws ActionFailed {
        String[] levels = topic.split("/", -1);
        if (level > levels.length) {
            throw new ActionFailed("topic(%d) of the template %s is undefined: the topic %s has %d levels".formatted(level, source, topic, levels.length));
        }
        return levels[level - 1];
    }

    /// As the rule writes it.
    @Override
    public String toString() {
        return source;
    }
}
