package dev.millrace.local.glue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A query that the template keeps for analysts (`AWS::Athena::NamedQuery`). A local cloud leaves those of its template in a file
/// beside the catalog, for who runs queries over it later.
///
/// @param id          by which Athena knows it
/// @param name        by which people do
/// @param description empty if the template has none
/// @param database    of the catalog, in which tables are looked up that are named without one
/// @param queryString the SQL
/// @param workGroup   `primary` if the template names none, as on AWS
public record NamedQuery(String id, String name, String description, String database, String queryString, String workGroup) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    public NamedQuery {
        requireNonNull(id, "id is null");
        requireNonNull(name, "name is null");
        requireNonNull(description, "description is null");
        requireNonNull(database, "database is null");
        requireNonNull(queryString, "queryString is null");
        requireNonNull(workGroup, "workGroup is null");
    }

    /// The queries that a local cloud left, in the order of its template.
    ///
    /// @param directory the one of the catalog
    /// @return none if no cloud was ever started there
    /// @throws IllegalStateException if the file cannot be understood
    public static List<NamedQuery> read(Path directory) {
        Path file = file(directory);
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return List.copyOf(JSON.readValue(file.toFile(), new TypeReference<List<NamedQuery>>() { }));
        } catch (IOException e) {
            throw new IllegalStateException("%s cannot be read as a list of queries: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// Replaces those that are there.
    public static void write(Path directory, List<NamedQuery> queries) {
        try {
            Files.createDirectories(directory);
            DurableFile.replace(file(directory), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(queries));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file(directory), e);
        }
    }

    private static Path file(Path directory) {
        return directory.resolve("named-queries.json");
    }
}
