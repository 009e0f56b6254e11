package dev.millrace.cdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The analysts' queries that a release ships, the files `queries/*.sql` beside this class.
final class QueryFiles {
    /// In the order in which `docs/analysts-guide.md` tells them.
    private static final List<String> SHIPPED = List.of(
            "last_position", "trucks_low_on_fuel", "trucks_with_high_load", "stationary_trucks", "long_driving_sessions", "long_daily_sessions",
            "fuel_against_projected", "daily_activity", "breakdown_frequency", "average_load",
            "five_minute_averages", "completeness", "completeness_by_thing", "duplicates_and_delays", "quarantine_by_reason", "latency");
    private static final String ENDING = ".sql";

    private QueryFiles() {
    }

    /// @throws ConfigException if a file is wrong, missing, or not listed here
    static List<QueryFile> shipped() {
        String first = "queries/" + SHIPPED.getFirst() + ENDING;
        URL url = QueryFiles.class.getResource(first);
        if (url == null) {
            throw new ConfigException("query file %s is not on the class path".formatted(first));
        }
        try {
            URI uri = url.toURI();
            if (!uri.getScheme().equals("jar")) {
                return read(Path.of(uri).getParent(), SHIPPED);
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return read(jar.provider().getPath(uri).getParent(), SHIPPED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(url.toString(), e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(url.toString(), e);
        }
    }

    /// @param directory of the files
    /// @param names     of all of them
    static List<QueryFile> read(Path directory, List<String> names) throws IOException {
        NavigableSet<String> there = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString()).forEach(there::add);
        }
        List<QueryFile> queries = new ArrayList<>();
        for (String name : names) {
            if (!there.remove(name + ENDING)) {
                throw new ConfigException("query file %s%s is listed and not in %s".formatted(name, ENDING, directory));
            }
            queries.add(QueryFile.parse(name, Files.readString(directory.resolve(name + ENDING))));
        }
        if (!there.isEmpty()) {
            throw new ConfigException("query file %s is in %s and not listed in %s".formatted(there.first(), directory, QueryFiles.class.getSimpleName()));
        }
        return List.copyOf(queries);
    }
}
