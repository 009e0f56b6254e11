package dev.millrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The messages of a `.proto` file, as far as the wire and its compatibility go. It reads what our files use: messages with
/// fields of one line and `reserved`; at anything else in a message it says so, in place of overlooking it.
///
/// @param messages by name, in their order
record ProtoFile(Map<String, Message> messages) {
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern MESSAGE = Pattern.compile("\\bmessage\\s+(\\w+)\\s*\\{([^{}]*)\\}");
    private static final Pattern FIELD = Pattern.compile("((?:repeated|optional)\\s+)?([\\w.]+)\\s+(\\w+)\\s*=\\s*(\\d+)\\s*(?:\\[.*\\])?");
    private static final Pattern RESERVED = Pattern.compile("reserved\\s+(.*)", Pattern.DOTALL);
    private static final Pattern RANGE = Pattern.compile("(\\d+)(?:\\s+to\\s+(\\d+))?");
    private static final Pattern NAME = Pattern.compile("\"(\\w+)\"");
    private static final int RANGE_MAX = 10_000;

    /// @param type with `repeated` or `optional` before it
    record Field(int number, String type, String name) {
        @Override
        public String toString() {
            return "%s %s = %d".formatted(type, name, number);
        }
    }

    /// @param fields by number
    record Message(Map<Integer, Field> fields, Set<Integer> reservedNumbers, Set<String> reservedNames) {
    }

    /// @param file for messages
    /// @throws IllegalArgumentException if there is something that it cannot judge
    static ProtoFile parse(String file, String text) {
        String plain = COMMENT.matcher(text).replaceAll("");
        Map<String, Message> messages = new LinkedHashMap<>();
        Matcher message = MESSAGE.matcher(plain);
        while (message.find()) {
            messages.put(message.group(1), message(file + ", message " + message.group(1), message.group(2)));
        }
        String rest = MESSAGE.matcher(plain).replaceAll("");
        if (messages.isEmpty() || rest.contains("{")) {
            throw new IllegalArgumentException("%s: expected messages of plain fields, found %s".formatted(file, messages.isEmpty() ? "none" : "another block"));
        }
        return new ProtoFile(messages);
    }

    private static Message message(String where, String body) {
        Map<Integer, Field> fields = new TreeMap<>();
        Set<Integer> numbers = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        for (String statement : body.split(";", -1)) {
            String line = statement.strip();
            Matcher field = FIELD.matcher(line);
            Matcher reserved = RESERVED.matcher(line);
            if (reserved.matches()) {
                reserve(where, reserved.group(1), numbers, names);
            } else if (field.matches()) {
                int number = Integer.parseInt(field.group(4));
                String label = field.group(1) == null ? "" : field.group(1).strip() + " ";
                if (fields.put(number, new Field(number, label + field.group(2), field.group(3))) != null) {
                    throw new IllegalArgumentException("%s: field number %d is there twice".formatted(where, number));
                }
            } else if (!line.isEmpty()) {
                throw new IllegalArgumentException("%s: expected a field or reserved: '%s'".formatted(where, line));
            }
        }
        return new Message(fields, numbers, names);
    }

    private static void reserve(String where, String list, Set<Integer> numbers, Set<String> names) {
        for (String element : list.split(",", -1)) {
            Matcher range = RANGE.matcher(element.strip());
            Matcher name = NAME.matcher(element.strip());
            if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                if (last < first || last - first > RANGE_MAX) {
                    throw new IllegalArgumentException("%s: reserved range must ascend by at most %d: %s".formatted(where, RANGE_MAX, element.strip()));
                }
                for (int number = first; number <= last; number++) {
                    numbers.add(number);
                }
            } else if (name.matches()) {
                names.add(name.group(1));
            } else {
                throw new IllegalArgumentException("%s: expected a number, a range or a name in quotes after reserved: '%s'".formatted(where, element.strip()));
            }
        }
    }

    /// What breaks whoever speaks the format as it was.
    static List<SchemaBreach> breaches(String file, ProtoFile before, ProtoFile after) {
        List<SchemaBreach> breaches = new ArrayList<>();
        before.messages.forEach((name, was) -> {
            Message is = after.messages.get(name);
            if (is == null) {
                breaches.add(breach(file, name, "a message", "not there", "put it back"));
            } else {
                breaches.addAll(breaches(file, name, was, is));
            }
        });
        return breaches;
    }

    private static List<SchemaBreach> breaches(String file, String message, Message was, Message is) {
        List<SchemaBreach> breaches = new ArrayList<>();
        for (Field field : was.fields.values()) {
            String id = message + "." + field.name;
            Field now = is.fields.get(field.number);
            if (now == null && !(is.reservedNumbers.contains(field.number) && is.reservedNames.contains(field.name))) {
                breaches.add(breach(file, id, field.toString(), "not there, nor reserved by number and name",
                        "put it back, or reserve both: reserved %d, \"%s\"".formatted(field.number, field.name)));
            } else if (now != null && !now.equals(field)) {
                breaches.add(breach(file, id, field.toString(), now.toString(), "a number keeps its name and type for ever: put it back, and take another number"));
            }
        }
        for (Field field : is.fields.values()) {
            if (was.reservedNumbers.contains(field.number) || was.reservedNames.contains(field.name)) {
                breaches.add(breach(file, message + "." + field.name, "reserved", field.toString(), "what is reserved is never used again: take another number and name"));
            }
        }
        for (int number : was.reservedNumbers) {
            if (!is.reservedNumbers.contains(number) && !is.fields.containsKey(number)) {
                breaches.add(breach(file, message + "." + number, "reserved", "not reserved", "reserve it again"));
            }
        }
        for (String name : was.reservedNames) {
            if (!is.reservedNames.contains(name) && is.fields.values().stream().noneMatch(field -> field.name.equals(name))) {
                breaches.add(breach(file, message + "." + name, "reserved", "not reserved", "reserve it again"));
            }
        }
        return breaches;
    }

    private static SchemaBreach breach(String file, String id, String was, String is, String remedy) {
        return new SchemaBreach(file, id, was, is, remedy, false);
    }
}
