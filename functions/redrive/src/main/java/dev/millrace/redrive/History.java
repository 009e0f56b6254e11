package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is remembered of the same bytes of the same thing: how often they were given up, and each time that they were put into
/// the stream again. A record carries only key and bytes through the stream, so this is kept beside it.
///
/// @param failures the oldest first, the last [#FAILURES_MAX] of them
/// @param copies   the oldest first
record History(List<Failure> failures, List<Copy> copies) {
    static final History NONE = new History(List.of(), List.of());
    /// A device may send the same bytes again and again while everything fails.
    static final int FAILURES_MAX = 50;
    private static final int FAILURES_IN_WORDS_MAX = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param at       when it was put, ISO 8601
    /// @param position where it stands
    record Copy(String at, Position position) {
        Copy {
            requireNonNull(at, "at is null");
            requireNonNull(position, "position is null");
        }
    }

    History {
        failures = List.copyOf(failures.subList(Math.max(0, failures.size() - FAILURES_MAX), failures.size()));
        copies = List.copyOf(copies);
    }

    /// Whether nothing need be done about a failure any more: it is accounted for, or a later copy comes after the record in its
    /// shard, so that whoever gave up the record comes by the copy, and if that is given up too, says so.
    boolean covers(Failure failure) {
        return failures.stream().anyMatch(known -> known.document().equals(failure.document()) && known.position().equals(failure.position()))
                || (failure.position().isPresent() && copies.stream().anyMatch(copy -> copy.position().isAfter(failure.position().get())));
    }

    History withFailures(List<Failure> more) {
        List<Failure> all = new ArrayList<>(failures);
        all.addAll(more);
        return new History(all, copies);
    }

    History withCopy(Copy copy) {
        List<Copy> all = new ArrayList<>(copies);
        all.add(copy);
        return new History(failures, all);
    }

    String inWords() {
        int shown = Math.min(failures.size(), FAILURES_IN_WORDS_MAX);
        return "given up %d times, put into the stream again %d times%s; last: %s".formatted(failures.size(), copies.size(),
                copies.isEmpty() ? "" : " (%s)".formatted(copies.stream().map(Copy::at).collect(Collectors.joining(", "))),
                failures.subList(failures.size() - shown, failures.size()).reversed().stream().map(Failure::inWords).collect(Collectors.joining("; ")));
    }

    byte[] toJson(String thing) {
        ObjectNode json = JSON.createObjectNode().put("thing", thing);
        for (Failure failure : failures) {
            ObjectNode one = json.withArrayProperty("failures").addObject()
                    .put("document", failure.document()).put("at", failure.at()).put("by", failure.by()).put("error", failure.error());
            failure.position().ifPresent(position -> put(one, position));
        }
        for (Copy copy : copies) {
            put(json.withArrayProperty("copies").addObject().put("at", copy.at()), copy.position());
        }
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of text can be written", e);
        }
    }

    private static void put(ObjectNode json, Position position) {
        json.put("shard", position.shard()).put("sequence_number", position.sequenceNumber());
    }

    /// Reads what [#toJson] wrote.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    static History read(byte[] json) {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("history is not JSON: " + e.getMessage(), e);
        }
        List<Failure> failures = new ArrayList<>();
        for (JsonNode one : tree.path("failures")) {
            failures.add(new Failure(text(one, "document"), text(one, "at"), text(one, "by"), text(one, "error"),
                    one.has("shard") ? Optional.of(position(one)) : Optional.empty()));
        }
        List<Copy> copies = new ArrayList<>();
        for (JsonNode one : tree.path("copies")) {
            copies.add(new Copy(text(one, "at"), position(one)));
        }
        if (failures.isEmpty()) {
            throw new IllegalArgumentException("history has no failures");
        }
        return new History(failures, copies);
    }

    private static Position position(JsonNode json) {
        return new Position(text(json, "shard"), text(json, "sequence_number"));
    }

    private static String text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("history's member %s must be text: %s".formatted(member, value));
        }
        return value.asText();
    }
}
