package dev.millrace.local.timestream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.local.timestream.IncomingRecord.Measure;
import dev.millrace.local.timestream.Table.Changes;
import dev.millrace.local.timestream.Table.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// The tables as DuckDB holds them, in memory. Rows lie in a table of their own with an id, so that a replaced row is
/// found again; analysts see a view of it, with Timestream's columns alone. Thread-safe: every piece of work has its own
/// connection, and changes to one table come one after the other.
final class SqlStore implements AutoCloseable {
    private static final String ROWS_SCHEMA = "millrace_rows";
    private static final String ID = "millrace_id";

    /// A table and its columns, in the order in which DuckDB knows them.
    private static final class SqlTable {
        private final String rows;
        private final String view;
        private final List<Column> columns = new ArrayList<>();

        SqlTable(String rows, String view) {
            this.rows = rows;
            this.view = view;
        }
    }

    private final DuckDBConnection root;
    private final Map<Table, SqlTable> tables = new ConcurrentHashMap<>();

    SqlStore() {
        try {
            root = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
            execute(root, "CREATE SCHEMA " + ROWS_SCHEMA, functions(),
                    // as in Trino whole numbers divide to whole numbers; by zero nothing can be divided, though in Trino doubles can
                    "SET GLOBAL integer_division = true", "SET GLOBAL ieee_floating_point_ops = true",
                    "SET GLOBAL TimeZone = 'UTC'", "SET GLOBAL temp_directory = ''", "SET GLOBAL enable_external_access = false",
                    "SET GLOBAL lock_configuration = true");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot start DuckDB in process", e);
        }
    }

    void createDatabase(String database) {
        inSql("create database " + database, connection -> execute(connection, "CREATE SCHEMA " + quoted(database)));
    }

    void createTable(Table table) {
        var made = new SqlTable("%s.t%d".formatted(ROWS_SCHEMA, tables.size()), quoted(table.database()) + "." + quoted(table.name()));
        tables.put(table, made);
        inSql("create table " + table.name(), connection -> {
            execute(connection, "CREATE TABLE %s (%s BIGINT, %s VARCHAR, %s TIMESTAMP_NS)"
                    .formatted(made.rows, ID, ColumnNames.MEASURE_NAME, ColumnNames.TIME), viewOf(made));
        });
    }

    /// Brings DuckDB to what the table has taken until now.
    void catchUp(Table table) {
        SqlTable sql = tables.get(table);
        synchronized (sql) {
            Changes changes = table.takeChanges();
            inSql("write to " + table.name(), connection -> {
                addColumns(connection, sql, changes.columns());
                connection.setAutoCommit(false);
                delete(connection, sql, changes.replaced());
                append(connection, sql, changes.rows());
                expire(connection, sql, table.keptSince());
                connection.commit();
            });
        }
    }

    /// Runs a statement of DuckDB's dialect; it cannot change anything.
    QueryResult query(String sql) {
        try (Connection connection = root.duplicate(); Statement statement = connection.createStatement()) {
            statement.execute("BEGIN TRANSACTION READ ONLY");
            try (ResultSet rows = statement.executeQuery(sql)) {
                return QueryResult.of(rows);
            }
        } catch (SQLException e) {
            throw QueryErrors.translated(e);
        }
    }

    @Override
    public void close() {
        try {
            root.close();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot close DuckDB", e);
        }
    }

    private static void addColumns(DuckDBConnection connection, SqlTable sql, List<Column> all) throws SQLException {
        for (Column column : all.subList(sql.columns.size(), all.size())) {
            execute(connection, "ALTER TABLE %s ADD COLUMN %s %s".formatted(sql.rows, quoted(column.name()), column.type().sqlType()));
            sql.columns.add(column);
            execute(connection, viewOf(sql));
        }
    }

    private static void delete(DuckDBConnection connection, SqlTable sql, Set<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        execute(connection, "CREATE OR REPLACE TEMP TABLE replaced (id BIGINT)");
        try (DuckDBAppender appender = connection.createAppender("temp", "main", "replaced")) {
            for (long id : ids) {
                appender.beginRow().append(id).endRow();
            }
        }
        execute(connection, "DELETE FROM %s USING replaced WHERE %s = replaced.id".formatted(sql.rows, ID));
    }

    private static void append(DuckDBConnection connection, SqlTable sql, List<Row> rows) throws SQLException {
        String name = sql.rows.substring(ROWS_SCHEMA.length() + 1);
        try (DuckDBAppender appender = connection.createAppender(ROWS_SCHEMA, name)) {
            for (Row row : rows) {
                IncomingRecord incoming = row.incoming();
                Map<String, Object> values = incoming.measures().stream().collect(Collectors.toMap(Measure::column, Measure::value, (a, _) -> a, HashMap::new));
                values.putAll(incoming.dimensions());
                appender.beginRow().append(row.id()).append(incoming.measureName()).appendEpochNanos(incoming.timeNanos());
                for (Column column : sql.columns) {
                    append(appender, column.type(), values.get(column.name()));
                }
                appender.endRow();
            }
        }
    }

    private static void append(DuckDBAppender appender, MeasureType type, Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
            return;
        }
        switch (type) {
            case DOUBLE -> appender.append((double) value);
            case BIGINT -> appender.append((long) value);
            case BOOLEAN -> appender.append((boolean) value);
            case VARCHAR -> appender.append((String) value);
            case TIMESTAMP -> appender.appendEpochNanos((long) value);
        }
    }

    private static void expire(DuckDBConnection connection, SqlTable sql, Instant keptSince) throws SQLException {
        if (keptSince.isAfter(Instant.EPOCH)) {
            execute(connection, "DELETE FROM %s WHERE %s < make_timestamp_ns(%d)"
                    .formatted(sql.rows, ColumnNames.TIME, Math.multiplyExact(keptSince.getEpochSecond(), 1_000_000_000L)));
        }
    }

    /// Timestream shows the dimensions first, then measure_name and time, then the measures.
    private static String viewOf(SqlTable sql) {
        var names = new ArrayList<String>();
        sql.columns.stream().filter(Column::dimension).forEach(column -> names.add(quoted(column.name())));
        names.add(ColumnNames.MEASURE_NAME);
        names.add(ColumnNames.TIME);
        sql.columns.stream().filter(column -> !column.dimension()).forEach(column -> names.add(quoted(column.name())));
        return "CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s".formatted(sql.view, String.join(", ", names), sql.rows);
    }

    private interface SqlWork {
        void run(DuckDBConnection connection) throws SQLException;
    }

    private void inSql(String what, SqlWork work) {
        try (DuckDBConnection connection = root.duplicate().unwrap(DuckDBConnection.class)) {
            work.run(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB cannot " + what, e);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String functions() {
        try (InputStream resource = SqlStore.class.getResourceAsStream("functions.sql")) {
            return new String(resource.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
