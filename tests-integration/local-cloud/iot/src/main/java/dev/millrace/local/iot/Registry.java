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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which certificate belongs to which thing, and under which policies: the only source of a connection's
/// identity. What a certificate says about itself plays no role, as on AWS. A thing may have several certificates, so that
/// it can renew one while the other still works.
final class Registry {
    /// Only an active certificate may connect.
    enum Status { ACTIVE, INACTIVE, REVOKED }

    /// The thing of a certificate that is attached to none, as a claim certificate is.
    static final String NO_THING = "";

    /// A certificate and the thing that it is attached to.
    ///
    /// @param thing         or [#NO_THING]
    /// @param certificateId SHA-256 of the certificate's DER form, in hexadecimal
    /// @param policies      names of the policies that are attached to the certificate
    record Entry(String thing, String certificateId, List<String> policies, Status status) {
        Entry {
            if (!thing.equals(NO_THING)) {
                Names.requireThing(thing);
            }
            requireNonNull(certificateId, "certificateId is null");
            requireNonNull(status, "status is null");
            policies = List.copyOf(policies);
            if (!certificateId.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("certificateId of %s: expected 64 hexadecimal digits, is %s".formatted(thing, Names.shown(certificateId)));
            }
        }

        Set<String> things() {
            return thing.equals(NO_THING) ? Set.of() : Set.of(thing);
        }

        Entry with(Status next) {
            return new Entry(thing, certificateId, policies, next);
        }
    }

    private final Path file;
    private final Map<String, Entry> byCertificate = new ConcurrentHashMap<>();
    /// The one that was entered last.
    private final Map<String, Entry> byThing = new ConcurrentHashMap<>();
    /// Certificates in the order in which they were entered first.
    private final Set<String> order = new LinkedHashSet<>();

    private Registry(Path file) {
        this.file = requireNonNull(file, "file is null");
    }

    /// Reads the file if it is there; else the registry is empty.
    ///
    /// @throws IllegalArgumentException naming the file and the member that is wrong
    static Registry open(Path file) throws IOException {
        var registry = new Registry(file);
        if (Files.exists(file)) {
            for (JsonMembers entry : JsonMembers.parse(file.toString(), Files.readString(file)).only("certificates").objects("certificates")) {
                entry.only("thing", "certificateId", "policies", "status");
                registry.add(new Entry(entry.has("thing") ? entry.text("thing") : NO_THING, entry.text("certificateId"), entry.texts("policies"), status(entry)));
            }
        }
        return registry;
    }

    private static Status status(JsonMembers entry) {
        return status(entry.at("status"), entry.text("status"));
    }

    /// @throws IllegalArgumentException if there is no such status, naming the place
    static Status status(String where, String name) {
        for (Status status : Status.values()) {
            if (status.name().equals(name)) {
                return status;
            }
        }
        throw new IllegalArgumentException("%s: expected one of %s, is %s".formatted(where, List.of(Status.values()), Names.shown(name)));
    }

    Optional<Entry> ofCertificate(String certificateId) {
        return Optional.ofNullable(byCertificate.get(certificateId));
    }

    /// The certificate that was attached to the thing last.
    Optional<Entry> ofThing(String thing) {
        return Optional.ofNullable(byThing.get(thing));
    }

    /// Every certificate of the thing, the oldest first.
    synchronized List<Entry> allOfThing(String thing) {
        return order.stream().map(byCertificate::get).filter(entry -> entry.thing().equals(thing)).toList();
    }

    /// @return whether there is such a certificate
    synchronized boolean setStatus(String certificateId, Status status) throws IOException {
        Entry entry = byCertificate.get(certificateId);
        if (entry == null) {
            return false;
        }
        put(List.of(entry.with(status)));
        return true;
    }

    /// Adds the entries, in place of what was known of their certificates, and writes the file: all of it, or, after a crash, none.
    synchronized void put(Collection<Entry> entries) throws IOException {
        entries.forEach(this::add);
        ObjectNode json = JsonMembers.MAPPER.createObjectNode();
        ArrayNode certificates = json.putArray("certificates");
        for (String certificateId : order) {
            Entry entry = byCertificate.get(certificateId);
            ObjectNode of = certificates.addObject().put("certificateId", certificateId);
            entry.things().forEach(thing -> of.put("thing", thing));
            entry.policies().forEach(of.putArray("policies")::add);
            of.put("status", entry.status().name());
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, json.toPrettyString() + "\n");
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void add(Entry entry) {
        boolean isNew = order.add(entry.certificateId());
        byCertificate.put(entry.certificateId(), entry);
        for (String thing : entry.things()) {
            // a change of an older certificate does not make it the last one
            byThing.compute(thing, (_, last) -> isNew || last == null || last.certificateId().equals(entry.certificateId()) ? entry : last);
        }
    }
}
