package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.ReadingId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the simulator says was truly taken and sent: the file that the audit holds against the stores.
///
/// @param readings every reading that a device took, by identity
/// @param injected messages that are no reading and must be quarantined
/// @param resent   readings that were published twice on purpose
public record GroundTruth(SortedMap<ReadingId, Taken> readings, List<Injected> injected, long resent) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A reading that a device took.
    ///
    /// @param quarantineReason why it must be quarantined; empty if it must be accepted
    public record Taken(long takenAtMillis, Map<String, Double> measures, String quarantineReason) {
        boolean isPlausible() {
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
        injected = List.copyOf(injected);
    }

    /// Reads the lines `reading`, `injected` and `summary`.
    ///
    /// @throws IOException if the file is missing or a line is not as expected; the message names the line
    public static GroundTruth read(Path file) throws IOException {
        SortedMap<ReadingId, Taken> readings = new TreeMap<>();
        List<Injected> injected = new ArrayList<>();
        long resent = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                JsonNode node = JSON.readTree(line);
                switch (node.path("kind").asText()) {
                    case "reading" -> readings.put(new ReadingId(node.get("thing").asText(), node.get("epoch").asLong(), node.get("seq").asLong()), taken(node));
                    case "injected" -> injected.add(new Injected(node.get("thing").asText(), node.get("reason").asText(), node.get("payload").asText()));
                    case "summary" -> resent += node.get("readings_resent").asLong();
                    default -> throw new IOException("%s:%d: kind must be reading, injected or summary: %s".formatted(file, number, line));
                }
            }
        }
        return new GroundTruth(readings, injected, resent);
    }

    private static Taken taken(JsonNode node) {
        Map<String, Double> measures = new TreeMap<>();
        node.get("m").properties().forEach(measure -> measures.put(measure.getKey(), measure.getValue().asDouble()));
        return new Taken(node.get("ts").asLong(), measures, node.path("reason").asText(""));
    }
}
