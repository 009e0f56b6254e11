package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The named shadows of all things, in memory ("Device Shadow service documents"): versions that grow with each change and are
/// not begun anew by a deletion, `null` that removes, a delta of what is desired and not reported. A shadow is the same by MQTT
/// and by HTTP; a change by HTTP is told by MQTT too.
final class Shadows {
    /// AWS IoT Core: 8 KB of state; adjustable.
    static final int STATE_BYTES_MAX = 8 * 1024;
    private static final String DESIRED = "desired";
    private static final String REPORTED = "reported";

    private final InstantSource clock;
    private final Broadcast broadcast;
    private final Map<String, Shadow> shadows = new HashMap<>();

    /// Brings a message to everybody who subscribed to its topic.
    @FunctionalInterface
    interface Broadcast {
        void publish(String topic, byte[] payload);
    }

    private static final class Shadow {
        private ObjectNode state = JsonMembers.MAPPER.createObjectNode();
        private ObjectNode metadata = JsonMembers.MAPPER.createObjectNode();
        private int version;
        private boolean isThere;
    }

    private record Message(String topic, ObjectNode body) {
    }

    Shadows(InstantSource clock, Broadcast broadcast) {
        this.clock = requireNonNull(clock, "clock is null");
        this.broadcast = requireNonNull(broadcast, "broadcast is null");
    }

    /// A request by MQTT, which is answered by MQTT.
    void take(ShadowTopic topic, byte[] payload) {
        try {
            ObjectNode answer = ask(topic, payload);
            if (topic.request() != ShadowTopic.Request.UPDATE) {
                publish(new Message(topic.answer("accepted"), answer));
            }
        } catch (RequestRefused e) {
            ObjectNode rejection = JsonMembers.MAPPER.createObjectNode().put("code", e.statusCode()).put("message", e.getMessage()).put("timestamp", now());
            publish(new Message(topic.answer("rejected"), withToken(rejection, tokenOf(payload))));
        }
    }

    /// A request, by whatever way. Everybody is told of a change.
    ///
    /// @return the answer
    synchronized ObjectNode ask(ShadowTopic topic, byte[] payload) throws RequestRefused {
        Shadow shadow = shadows.computeIfAbsent(topic.thing() + "/" + topic.shadow(), _ -> new Shadow());
        return switch (topic.request()) {
            case GET -> get(shadow, topic, payload.length == 0 ? JsonMembers.MAPPER.createObjectNode() : parse(payload));
            case UPDATE -> update(shadow, topic, parse(payload));
            case DELETE -> delete(shadow, topic, payload.length == 0 ? JsonMembers.MAPPER.createObjectNode() : parse(payload));
        };
    }

    private ObjectNode get(Shadow shadow, ShadowTopic topic, ObjectNode request) throws RequestRefused {
        requireThere(shadow, topic);
        ObjectNode state = shadow.state.deepCopy();
        ObjectNode delta = delta(shadow.state);
        if (!delta.isEmpty()) {
            state.set("delta", delta);
        }
        ObjectNode answer = JsonMembers.MAPPER.createObjectNode();
        answer.set("state", state);
        answer.set("metadata", shadow.metadata.deepCopy());
        return withToken(answer.put("version", shadow.version).put("timestamp", now()), request.get("clientToken"));
    }

    private ObjectNode delete(Shadow shadow, ShadowTopic topic, ObjectNode request) throws RequestRefused {
        requireThere(shadow, topic);
        shadow.state = JsonMembers.MAPPER.createObjectNode();
        shadow.metadata = JsonMembers.MAPPER.createObjectNode();
        shadow.isThere = false;
        return withToken(JsonMembers.MAPPER.createObjectNode().put("version", shadow.version).put("timestamp", now()), request.get("clientToken"));
    }

    private ObjectNode update(Shadow shadow, ShadowTopic topic, ObjectNode request) throws RequestRefused {
        ObjectNode changes = changes(request);
        JsonNode version = request.get("version");
        if (version != null && (!version.isIntegralNumber() || version.longValue() != shadow.version)) {
            throw new RequestRefused(409, "ConflictException", "Version conflict");
        }
        ObjectNode state = shadow.state.deepCopy();
        merge(state, changes);
        int bytes = state.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > STATE_BYTES_MAX) {
            throw new RequestRefused(413, "RequestEntityTooLargeException", "The payload exceeds the maximum size allowed: %d bytes of state, at most %d".formatted(bytes, STATE_BYTES_MAX));
        }
        ObjectNode previous = document(shadow);
        ObjectNode stamps = stamped(changes);
        merge(shadow.metadata, stamps);
        shadow.state = state;
        shadow.version++;
        shadow.isThere = true;

        JsonNode token = request.get("clientToken");
        ObjectNode accepted = JsonMembers.MAPPER.createObjectNode();
        accepted.set("state", changes);
        accepted.set("metadata", stamps);
        withToken(accepted.put("version", shadow.version).put("timestamp", now()), token);
        ObjectNode documents = JsonMembers.MAPPER.createObjectNode();
        documents.set("previous", previous);
        documents.set("current", document(shadow));
        List<Message> told = new ArrayList<>(List.of(new Message(topic.answer("accepted"), accepted),
                new Message(topic.answer("documents"), withToken(documents.put("timestamp", now()), token))));
        ObjectNode delta = delta(shadow.state);
        if (!delta.isEmpty()) {
            ObjectNode event = JsonMembers.MAPPER.createObjectNode().put("version", shadow.version).put("timestamp", now());
            event.set("state", delta);
            event.set("metadata", stamped(delta));
            told.add(new Message(topic.answer("delta"), withToken(event, token)));
        }
        told.forEach(this::publish);
        return accepted;
    }

    private static ObjectNode document(Shadow shadow) {
        ObjectNode document = JsonMembers.MAPPER.createObjectNode();
        document.set("state", shadow.state.deepCopy());
        document.set("metadata", shadow.metadata.deepCopy());
        return document.put("version", shadow.version);
    }

    private static void requireThere(Shadow shadow, ShadowTopic topic) throws RequestRefused {
        if (!shadow.isThere) {
            throw new RequestRefused(404, "ResourceNotFoundException", "No shadow exists with name: '%s~%s'".formatted(topic.thing(), topic.shadow()));
        }
    }

    private static ObjectNode parse(byte[] payload) throws RequestRefused {
        try {
            if (JsonMembers.MAPPER.readTree(payload) instanceof ObjectNode request) {
                return request;
            }
            throw RequestRefused.invalid("InvalidRequestException", "JSON contains invalid content: expected an object");
        } catch (IOException e) {
            throw RequestRefused.invalid("InvalidRequestException", "Invalid JSON: " + Names.shown(e.getMessage().lines().findFirst().orElse("")));
        }
    }

    /// What an update wants changed.
    private static ObjectNode changes(ObjectNode request) throws RequestRefused {
        if (!(request.get("state") instanceof ObjectNode state)) {
            throw RequestRefused.invalid("InvalidRequestException", "Missing required node: state");
        }
        for (Map.Entry<String, JsonNode> part : state.properties()) {
            boolean isKnown = part.getKey().equals(DESIRED) || part.getKey().equals(REPORTED);
            if (!isKnown || !(part.getValue().isObject() || part.getValue().isNull())) {
                throw RequestRefused.invalid("InvalidRequestException", "State contains an invalid node: %s".formatted(Names.shown(part.getKey())));
            }
        }
        return state;
    }

    /// Objects grow together, anything else is replaced, and what is null goes.
    private static void merge(ObjectNode into, ObjectNode changes) {
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            JsonNode value = change.getValue();
            if (value.isNull()) {
                into.remove(change.getKey());
            } else if (value instanceof ObjectNode more) {
                ObjectNode known = into.get(change.getKey()) instanceof ObjectNode there ? there : into.putObject(change.getKey());
                merge(known, more);
                if (known.isEmpty()) {
                    into.remove(change.getKey());
                }
            } else {
                into.set(change.getKey(), value);
            }
        }
    }

    /// What is desired and not reported so.
    private static ObjectNode delta(ObjectNode state) {
        ObjectNode none = JsonMembers.MAPPER.createObjectNode();
        return difference(state.get(DESIRED) instanceof ObjectNode desired ? desired : none, state.get(REPORTED) instanceof ObjectNode reported ? reported : none);
    }

    private static ObjectNode difference(ObjectNode desired, ObjectNode reported) {
        ObjectNode difference = JsonMembers.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> wanted : desired.properties()) {
            JsonNode there = reported.get(wanted.getKey());
            if (wanted.getValue() instanceof ObjectNode deeper && there instanceof ObjectNode known) {
                ObjectNode below = difference(deeper, known);
                if (!below.isEmpty()) {
                    difference.set(wanted.getKey(), below);
                }
            } else if (!wanted.getValue().equals(there)) {
                difference.set(wanted.getKey(), wanted.getValue());
            }
        }
        return difference;
    }

    /// The same structure with the time in place of each value. What is removed stays null.
    private ObjectNode stamped(ObjectNode state) {
        ObjectNode stamps = JsonMembers.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : state.properties()) {
            if (entry.getValue() instanceof ObjectNode deeper) {
                stamps.set(entry.getKey(), stamped(deeper));
            } else if (entry.getValue().isNull()) {
                stamps.putNull(entry.getKey());
            } else {
                stamps.putObject(entry.getKey()).put("timestamp", now());
            }
        }
        return stamps;
    }

    private static JsonNode tokenOf(byte[] payload) {
        try {
            return parse(payload).get("clientToken");
        } catch (RequestRefused _) {
            return null;
        }
    }

    private static ObjectNode withToken(ObjectNode answer, JsonNode token) {
        return token == null ? answer : answer.set("clientToken", token);
    }

    private void publish(Message message) {
        broadcast.publish(message.topic(), message.body().toString().getBytes(StandardCharsets.UTF_8));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
