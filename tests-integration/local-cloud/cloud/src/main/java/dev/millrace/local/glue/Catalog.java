package dev.millrace.local.glue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the catalog holds at one moment; every change makes a new one. Names are in lower case.
///
/// @param databases by name
record Catalog(SortedMap<String, Database> databases) {
    private static final String FIRST_VERSION = "0";
    /// What the catalog adds to what it was given.
    private static final List<String> ADDED = List.of("DatabaseName", "CatalogId", "VersionId", "CreateTime", "UpdateTime");
    static final Catalog EMPTY = new Catalog(new TreeMap<>());

    /// @param properties as GetDatabase gives them
    /// @param tables     by name, as GetTable gives them
    record Database(ObjectNode properties, SortedMap<String, ObjectNode> tables) {
        Database {
            tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        }

        Database with(ObjectNode table) {
            SortedMap<String, ObjectNode> changed = new TreeMap<>(tables);
            changed.put(nameOf(table), table);
            return new Database(properties, changed);
        }
    }

    Catalog {
        databases = Collections.unmodifiableSortedMap(new TreeMap<>(databases));
    }

    Database database(String name) {
        return findDatabase(name).orElseThrow(() -> GlueError.notFound("Database %s not found.".formatted(name)));
    }

    Optional<Database> findDatabase(String name) {
        return Optional.ofNullable(databases.get(name));
    }

    ObjectNode table(String database, String name) {
        return findTable(database, name).orElseThrow(() -> GlueError.notFound("Table %s not found.".formatted(name)));
    }

    /// @throws GlueError if the database is not there
    Optional<ObjectNode> findTable(String database, String name) {
        return Optional.ofNullable(database(database).tables().get(name));
    }

    Catalog withNewDatabase(ObjectNode input, String catalogId, Instant now) {
        if (databases.containsKey(nameOf(input))) {
            throw GlueError.alreadyExists("Database already exists.");
        }
        ObjectNode database = input.deepCopy().put("CreateTime", epochSeconds(now)).put("CatalogId", catalogId);
        return with(new Database(database, new TreeMap<>()));
    }

    /// The tables of the database stay.
    Catalog withChangedDatabase(ObjectNode input) {
        Database old = database(nameOf(input));
        ObjectNode changed = input.deepCopy();
        List.of("CreateTime", "CatalogId").forEach(member -> changed.set(member, old.properties().path(member)));
        return with(new Database(changed, old.tables()));
    }

    Catalog withNewTable(String database, ObjectNode input, String catalogId, Instant now) {
        if (findTable(database, nameOf(input)).isPresent()) {
            throw GlueError.alreadyExists("Table already exists.");
        }
        return with(database(database).with(table(database, input, catalogId, FIRST_VERSION, epochSeconds(now), now)));
    }

    /// @param expected the version that the table must have; none if any will do
    Catalog withChangedTable(String database, ObjectNode input, Optional<String> expected, String catalogId, Instant now) {
        ObjectNode old = table(database, nameOf(input));
        String version = old.path("VersionId").asText();
        if (expected.isPresent() && !expected.get().equals(version)) {
            throw GlueError.concurrentModification("Update table failed due to concurrent modifications.");
        }
        String next = Long.toString(Long.parseLong(version) + 1);
        return with(database(database).with(table(database, input, catalogId, next, old.path("CreateTime").decimalValue(), now)));
    }

    Catalog withoutTable(String database, String name) {
        table(database, name);
        SortedMap<String, ObjectNode> left = new TreeMap<>(database(database).tables());
        left.remove(name);
        return with(new Database(database(database).properties(), left));
    }

    /// Whether an update would change nothing but version and time.
    static boolean isSame(JsonNode stored, ObjectNode input) {
        return stored.propertyStream().allMatch(member -> input.has(member.getKey()) ? input.get(member.getKey()).equals(member.getValue())
                : ADDED.contains(member.getKey())) && input.propertyStream().allMatch(member -> stored.has(member.getKey()));
    }

    private Catalog with(Database database) {
        SortedMap<String, Database> changed = new TreeMap<>(databases);
        changed.put(nameOf(database.properties()), database);
        return new Catalog(changed);
    }

    private static ObjectNode table(String database, ObjectNode input, String catalogId, String version, BigDecimal created, Instant now) {
        return input.deepCopy().put("DatabaseName", database).put("CatalogId", catalogId).put("VersionId", version)
                .put("CreateTime", created).put("UpdateTime", epochSeconds(now));
    }

    private static String nameOf(ObjectNode node) {
        return node.path("Name").textValue();
    }

    private static BigDecimal epochSeconds(Instant instant) {
        return BigDecimal.valueOf(instant.toEpochMilli(), 3);
    }
}
