package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import java.util.List;

/// The topic filter of a rule's `FROM`: `+` is any one level, `#` at the end is one or more levels. Unlike in
/// plain MQTT `a/#` does not match `a` (AWS IoT developer guide, "Topic filters").
///
/// @param levels the levels of the filter; none for a filter that matches nothing
record TopicFilter(List<String> levels) {
    private static final TopicFilter NOTHING = new TopicFilter(List.of());

    TopicFilter {
        levels = List.copyOf(levels);
    }

    /// For a rule without `FROM`, which only Basic Ingest can reach.
    static TopicFilter nothing() {
        return NOTHING;
    }

    /// @throws IllegalArgumentException if the text is no topic filter, or one for topics that are not simulated
    static TopicFilter parse(String filter) {
        requireNonNull(filter, "filter is null");
        if (filter.isEmpty()) {
            throw new IllegalArgumentException("a topic filter must not be empty");
        }
        if (filter.startsWith("$")) {
            throw new IllegalArgumentException("rules on reserved topics are not simulated: " + Names.shown(filter));
        }
        List<String> levels = List.of(filter.split("/", -1));
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wildcard = level.contains("#") || level.contains("+");
            boolean hashBeforeEnd = level.equals("#") && i < levels.size() - 1;
            if ((wildcard && level.length() > 1) || hashBeforeEnd) {
                throw new IllegalArgumentException("in a topic filter + stands for a whole level and # for all last levels: " + Names.shown(filter));
            }
        }
        return new TopicFilter(levels);
    }

    boolean matches(String topic) {
        if (topic.startsWith("$")) {
            return false;
        }
        String[] of = topic.split("/", -1);
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                return of.length > i;
            }
            if (i >= of.length || !(level.equals("+") || level.equals(of[i]))) {
                return false;
            }
        }
        return !levels.isEmpty() && of.length == levels.size();
    }
}
