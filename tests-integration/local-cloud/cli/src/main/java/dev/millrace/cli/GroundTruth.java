package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.ReadingId;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// What the simulator says was truly taken and sent: the file that the audit holds against the stores.
///
/// @param readings every reading that a device took, by identity
/// @param unsure   those that went with a device's disk before they were acknowledged: the cloud may have them or not
/// @param injected messages that are no reading and must be quarantined
/// @param resent   readings that were published twice on purpose
public record GroundTruth(SortedMap<ReadingId, Taken> readings, Set<ReadingId> unsure, List<Injected> injected, long resent) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A reading that a device took.
    ///
    /// @param quarantineReason why it must be quarantined; empty if it must be accepted
    public record Taken(long takenAtMillis, Map<String, Double> measures, String quarantineReason) {
        public boolean isPlausible() {
            return quarantineReason.isEmpty();
        }
    }

    /// A message that is no reading.
    ///
    /// @param thing   that published it
    /// @param payload its exact bytes in base64
    public record Injected(String thing, String reason, String payload) {
    }

    public GroundTruth {
        readings = Collections.unmodifiableSortedMap(new TreeMap<>(readings));
        unsure = Set.copyOf(unsure);
        injected = List.copyOf(injected);
    }

    /// Reads the lines `reading`, `injected`, `lost` and `summary` of a file in gzip, which may lack its end if its writer was killed.
    ///
    /// @throws IOException if the file is missing or a line is not as expected; the message names the line
    public static GroundTruth read(Path file) throws IOException {
        var reader = new Reader();
        int number = 0;
        try (var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                reader.line(JSON.readTree(line));
            }
        } catch (EOFException _) {
            // a line without its end is none
        } catch (ZipException e) {
            throw new IOException("%s: expected JSON lines in gzip: %s".formatted(file, e.getMessage()), e);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new IOException("%s:%d: %s".formatted(file, number, e.getMessage()), e);
        }
        return new GroundTruth(reader.readings, reader.unsure, reader.injected, reader.resent);
    }

    private static final class Reader {
        private final SortedMap<ReadingId, Taken> readings = new TreeMap<>();
        private final Set<ReadingId> unsure = new HashSet<>();
        private final List<Injected> injected = new ArrayList<>();
        /// One text for all readings of a thing, or a large fleet's names take more room than its readings.
        private final Map<String, String> things = new HashMap<>();
        private long resent;

        void line(JsonNode node) {
            String kind = node.path("kind").asText();
            switch (kind) {
                case "reading" -> readings.put(new ReadingId(thing(node), node.get("epoch").asLong(), node.get("seq").asLong()), taken(node));
                case "lost" -> node.get("seqs").forEach(range -> {
                    for (long seq = range.get(0).asLong(); seq <= range.get(1).asLong(); seq++) {
                        unsure.add(new ReadingId(thing(node), node.get("epoch").asLong(), seq));
                    }
                });
                case "injected" -> injected.add(new Injected(thing(node), node.get("reason").asText(), node.get("payload").asText()));
                case "summary" -> resent += node.get("readings_resent").asLong();
                default -> throw new IllegalArgumentException("kind must be reading, lost, injected or summary: " + kind);
            }
        }

        private String thing(JsonNode node) {
            return things.computeIfAbsent(node.get("thing").asText(), thing -> thing);
        }
    }

    /// The same without some readings.
    GroundTruth without(Set<ReadingId> gone) {
        if (gone.isEmpty()) {
            // most runs lose no disk, and a copy of a large fleet's truth takes hundreds of megabytes
            return this;
        }
        SortedMap<ReadingId, Taken> rest = new TreeMap<>(readings);
        rest.keySet().removeAll(gone);
        return new GroundTruth(rest, unsure, injected, resent);
    }

    private static Taken taken(JsonNode node) {
        Map<String, Double> measures = new TreeMap<>();
        node.get("m").properties().forEach(measure -> measures.put(measure.getKey(), measure.getValue().asDouble()));
        return new Taken(node.get("ts").asLong(), Map.copyOf(measures), node.path("reason").asText(""));
    }
}
