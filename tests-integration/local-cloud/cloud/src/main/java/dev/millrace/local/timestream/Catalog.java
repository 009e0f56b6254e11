package dev.millrace.local.timestream;

import dev.millrace.local.timestream.ApiException.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// The databases and tables by name. Thread-safe.
final class Catalog {
    static final int DATABASES_MAX = 500;
    static final int TABLES_MAX = 50_000;
    /// Names that the SQL engine below keeps for itself; AWS would take them.
    private static final Set<String> TAKEN = Set.of("main", "temp", "system", "memory", "information_schema", "pg_catalog", "millrace_rows");

    record Database(String name, Instant createdAt) {
    }

    private final InstantSource clock;
    private final SqlStore sql;
    private final AtomicLong magneticRejections = new AtomicLong();
    private final Map<String, Database> databases = new TreeMap<>();
    private final Map<String, Map<String, Table>> tables = new TreeMap<>();

    Catalog(InstantSource clock, SqlStore sql) {
        this.clock = clock;
        this.sql = sql;
    }

    synchronized Database createDatabase(String name) {
        ColumnNames.requireResource("DatabaseName", name);
        requireNew("Database", name, databases.keySet());
        if (TAKEN.contains(name.toLowerCase(Locale.ROOT))) {
            throw ApiException.validation("The local Timestream cannot have a database named '%s'", name);
        }
        requireRoom("databases", databases.size(), DATABASES_MAX);
        sql.createDatabase(name);
        var database = new Database(name, clock.instant());
        databases.put(name, database);
        tables.put(name, new TreeMap<>());
        return database;
    }

    synchronized Table createTable(String database, String name, TableSettings settings) {
        ColumnNames.requireResource("TableName", name);
        Map<String, Table> siblings = tables(database);
        requireNew("Table", name, siblings.keySet());
        requireRoom("tables", tables.values().stream().mapToInt(Map::size).sum(), TABLES_MAX);
        var table = new Table(database, name, settings, clock, magneticRejections);
        sql.createTable(table);
        siblings.put(name, table);
        return table;
    }

    synchronized Database database(String name) {
        Database database = databases.get(name);
        if (database == null) {
            throw new ApiException(Kind.RESOURCE_NOT_FOUND, "The database %s does not exist.".formatted(name));
        }
        return database;
    }

    synchronized Table table(String database, String name) {
        Table table = tables(database).get(name);
        if (table == null) {
            throw new ApiException(Kind.RESOURCE_NOT_FOUND, "The table %s.%s does not exist.".formatted(database, name));
        }
        return table;
    }

    synchronized List<Database> databases() {
        return List.copyOf(databases.values());
    }

    synchronized List<Table> tablesOf(String database) {
        return List.copyOf(tables(database).values());
    }

    synchronized List<Table> tables() {
        return tables.values().stream().flatMap(some -> some.values().stream()).toList();
    }

    long magneticRejections() {
        return magneticRejections.get();
    }

    private Map<String, Table> tables(String database) {
        return tables.get(database(database).name());
    }

    private static void requireNew(String what, String name, Set<String> existing) {
        for (String other : existing) {
            if (other.equals(name)) {
                throw new ApiException(Kind.CONFLICT, "%s %s already exists.".formatted(what, name));
            }
            if (other.equalsIgnoreCase(name)) {
                throw ApiException.validation("The local Timestream cannot hold '%s' beside '%s': they differ in case alone", name, other);
            }
        }
    }

    private static void requireRoom(String what, int count, int max) {
        if (count >= max) {
            throw new ApiException(Kind.SERVICE_QUOTA_EXCEEDED, "There are already %d %s.".formatted(max, what));
        }
    }
}
