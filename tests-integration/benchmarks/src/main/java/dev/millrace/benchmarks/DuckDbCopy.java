package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// DuckDB writes the rows of landing files as Parquet, one file for each, from tables in memory that already hold them in their
/// order: no event to read, no JSON, nothing to sort. On the thread that calls.
final class DuckDbCopy implements Work, AutoCloseable {
    private final Path directory;
    private final Connection connection;
    private final Statement statement;
    private final int files;
    private final long rows;

    /// @param landing the files
    /// @param directory for files that come and go
    DuckDbCopy(List<byte[]> landing, Path directory) throws IOException, SQLException {
        this.directory = directory;
        connection = DriverManager.getConnection("jdbc:duckdb:");
        statement = connection.createStatement();
        statement.execute("SET threads = 1");
        files = landing.size();
        long count = 0;
        for (int file = 0; file < files; file++) {
            Path source = directory.resolve("source-%d.parquet".formatted(file));
            Files.write(source, landing.get(file));
            statement.execute("CREATE TABLE landing_%d AS SELECT * FROM read_parquet('%s')".formatted(file, quoted(source)));
            try (ResultSet result = statement.executeQuery("SELECT count(*) FROM landing_%d".formatted(file))) {
                result.next();
                count += result.getLong(1);
            }
        }
        rows = count;
    }

    long rows() {
        return rows;
    }

    @Override
    public void run() throws IOException {
        for (int file = 0; file < files; file++) {
            try {
                statement.execute("COPY (SELECT * FROM landing_%d) TO '%s' (FORMAT parquet, COMPRESSION zstd)".formatted(file, quoted(target(file))));
            } catch (SQLException e) {
                throw new IOException("DuckDB: " + e.getMessage(), e);
            }
        }
    }

    long writtenBytes() throws IOException {
        long bytes = 0;
        for (int file = 0; file < files; file++) {
            bytes += Files.size(target(file));
        }
        return bytes;
    }

    private Path target(int file) {
        return directory.resolve("copy-%d.parquet".formatted(file));
    }

    private static String quoted(Path path) {
        return path.toString().replace("'", "''");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
