package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// Which certificate belongs to which thing, and under which policies: the only source of a connection's
/// identity. What a certificate says about itself plays no role, as on AWS.
final class Registry {
    enum Status { ACTIVE, INACTIVE }

    /// A thing and the certificate that is attached to it.
    ///
    /// @param certificateId SHA-256 of the certificate's DER form, in hexadecimal
    /// @param policies      names of the policies that are attached to the certificate
    record Entry(String thing, String certificateId, List<String> policies, Status status) {
        Entry {
            Names.requireThing(thing);
            requireNonNull(certificateId, "certificateId is null");
            requireNonNull(status, "status is null");
            policies = List.copyOf(policies);
            if (!certificateId.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("certificateId of %s: expected 64 hexadecimal digits, is %s".formatted(thing, Names.shown(certificateId)));
            }
        }
    }

    private final Path file;
    private final Map<String, Entry> byCertificate = new ConcurrentHashMap<>();
    private final Map<String, Entry> byThing = new ConcurrentSkipListMap<>();

    private Registry(Path file) {
        this.file = requireNonNull(file, "file is null");
    }

    /// Reads the file if it is there; else the registry is empty.
    ///
    /// @throws IllegalArgumentException naming the file and the member that is wrong
    static Registry open(Path file) throws IOException {
        var registry = new Registry(file);
        if (Files.exists(file)) {
            for (JsonMembers entry : JsonMembers.parse(file.toString(), Files.readString(file)).only("things").objects("things")) {
                entry.only("thing", "certificateId", "policies", "status");
                registry.add(new Entry(entry.text("thing"), entry.text("certificateId"), entry.texts("policies"), status(entry)));
            }
        }
        return registry;
    }

    private static Status status(JsonMembers entry) {
        return switch (entry.text("status")) {
            case "ACTIVE" -> Status.ACTIVE;
            case "INACTIVE" -> Status.INACTIVE;
            default -> throw new IllegalArgumentException(
                    "%s: expected ACTIVE or INACTIVE, is %s".formatted(entry.at("status"), Names.shown(entry.text("status"))));
        };
    }

    Optional<Entry> ofCertificate(String certificateId) {
        return Optional.ofNullable(byCertificate.get(certificateId));
    }

    Optional<Entry> ofThing(String thing) {
        return Optional.ofNullable(byThing.get(thing));
    }

    /// Adds the entries, in place of what was known of their things, and writes the file: all of it, or, after a crash, none.
    synchronized void put(Collection<Entry> entries) throws IOException {
        entries.forEach(this::add);
        ObjectNode json = JsonMembers.MAPPER.createObjectNode();
        ArrayNode things = json.putArray("things");
        for (Entry entry : byThing.values()) {
            ObjectNode of = things.addObject().put("thing", entry.thing()).put("certificateId", entry.certificateId());
            entry.policies().forEach(of.putArray("policies")::add);
            of.put("status", entry.status().name());
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, json.toPrettyString() + "\n");
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void add(Entry entry) {
        Entry before = byThing.put(entry.thing(), entry);
        if (before != null && !before.certificateId().equals(entry.certificateId())) {
            byCertificate.remove(before.certificateId());
        }
        byCertificate.put(entry.certificateId(), entry);
    }
}
