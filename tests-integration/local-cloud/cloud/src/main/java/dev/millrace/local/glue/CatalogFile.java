package dev.millrace.local.glue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/// The catalog as one JSON file, `catalog.json`. Any number of processes may have it open: a reader sees the state after
/// some change, never half of one, and changes happen one after the other.
final class CatalogFile {
    private static final int FORMAT = 1;
    /// Numbers stay as they were written.
    static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    /// A lock on a file holds other processes off, but must not be taken twice in one.
    private static final ReentrantLock ONE_WRITER = new ReentrantLock();

    /// By which a file is known to be another one than before: each write makes a new file.
    private record Stamp(Object key, FileTime written, long bytes) {
    }

    private record Known(Stamp stamp, Catalog catalog) {
    }

    private final Path file;
    private final String region;
    private final String account;
    private volatile Known known = new Known(new Stamp("none", FileTime.fromMillis(0), 0), Catalog.EMPTY);

    CatalogFile(Path directory, String region, String account) {
        this.file = directory.resolve("catalog.json");
        this.region = region;
        this.account = account;
    }

    /// @return empty if nothing was ever written
    /// @throws IllegalStateException if the file is no catalog, or one of another region or account
    Catalog read() {
        try {
            // the stamp first: if the file is replaced in between, it is only read once more than needed
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var stamp = new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            Known before = known;
            if (before.stamp().equals(stamp)) {
                return before.catalog();
            }
            Catalog catalog = parse(Files.readAllBytes(file));
            known = new Known(stamp, catalog);
            return catalog;
        } catch (NoSuchFileException _) {
            return Catalog.EMPTY;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// Replaces the catalog, durably, by what the change makes of it; whatever the change throws leaves it as it was.
    void update(UnaryOperator<Catalog> change) {
        ONE_WRITER.lock();
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel lock = FileChannel.open(file.resolveSibling("catalog.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                Catalog before = read();
                Catalog after = change.apply(before);
                if (!after.equals(before)) {
                    DurableFile.replace(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(after)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        } finally {
            ONE_WRITER.unlock();
        }
    }

    private Catalog parse(byte[] bytes) {
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("%s is not JSON: %s".formatted(file, e.getMessage()), e);
        }
        require("format", Integer.toString(FORMAT), root);
        require("region", region, root);
        require("account", account, root);
        SortedMap<String, Catalog.Database> databases = new TreeMap<>();
        for (Map.Entry<String, JsonNode> database : root.path("databases").properties()) {
            SortedMap<String, ObjectNode> tables = new TreeMap<>();
            database.getValue().path("tables").properties().forEach(table -> tables.put(table.getKey(), object(table.getValue())));
            databases.put(database.getKey(), new Catalog.Database(object(database.getValue().path("database")), tables));
        }
        return new Catalog(databases);
    }

    private void require(String member, String expected, JsonNode root) {
        if (!root.path(member).asText().equals(expected)) {
            throw new IllegalStateException("%s: %s expected as %s, came %s".formatted(file, member, expected, root.path(member)));
        }
    }

    private ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalStateException("%s: a database and a table expected as objects, came %s".formatted(file, node));
    }

    private ObjectNode json(Catalog catalog) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT).put("region", region).put("account", account);
        ObjectNode databases = root.putObject("databases");
        catalog.databases().forEach((name, database) -> {
            ObjectNode node = databases.putObject(name);
            node.set("database", database.properties());
            ObjectNode tables = node.putObject("tables");
            database.tables().forEach(tables::set);
        });
        return root;
    }
}
