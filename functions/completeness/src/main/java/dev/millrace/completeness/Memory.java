package dev.millrace.completeness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.pipeline.Ledger.Interval;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// What a run leaves to the next one. Nothing that was counted depends on it: without it notices are read again, and gaps
/// count as new, so devices may be asked sooner and oftener than they should.
///
/// @param gaps         by thing, ascending
/// @param lost         what notices said
/// @param noticesUntil see [LostNotices.Look]
record Memory(SortedMap<String, List<Gap>> gaps, LostByThing lost, long noticesUntil, History history) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    static Memory empty() {
        return new Memory(Collections.emptySortedMap(), new LostByThing(), 0, History.NONE);
    }

    /// JSON in gzip; everything as arrays of numbers, in the order of the records' components.
    byte[] encode() {
        ObjectNode json = JSON.createObjectNode().put("v", FORMAT).put("notices_until", noticesUntil);
        ArrayNode sums = json.putArray("history");
        history.sums().forEach(sum -> sums.addArray().add(sum.atMillis()).add(sum.accepted()).add(sum.gone()));
        ObjectNode gapsJson = json.putObject("gaps");
        gaps.forEach((thing, ofThing) -> {
            ArrayNode rows = gapsJson.putArray(thing);
            ofThing.forEach(gap -> rows.addArray().add(gap.epoch()).add(gap.seqs().first()).add(gap.seqs().last()).add(gap.seenMillis())
                    .add(gap.quietSinceMillis()).add(gap.asks()).add(gap.askedMillis()));
        });
        ObjectNode lostJson = json.putObject("lost");
        for (String thing : lost.things()) {
            ArrayNode rows = lostJson.putArray(thing);
            lost.of(thing).forEach((epoch, seqs) -> seqs.forEach(range -> rows.addArray().add(epoch).add(range.first()).add(range.last())));
        }
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            JSON.writeValue(gzip, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// @throws IllegalArgumentException saying what is wrong
    static Memory decode(byte[] bytes) {
        JsonNode json;
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            json = JSON.readTree(gzip);
        } catch (IOException e) {
            throw new IllegalArgumentException("is no JSON in gzip: " + e.getMessage(), e);
        }
        if (json.path("v").asInt() != FORMAT) {
            throw new IllegalArgumentException("has format %s, this release knows %d".formatted(json.path("v"), FORMAT));
        }
        List<History.Sum> sums = new ArrayList<>();
        for (JsonNode sum : json.path("history")) {
            sums.add(new History.Sum(number(sum, 0), number(sum, 1), number(sum, 2)));
        }
        SortedMap<String, List<Gap>> gaps = new TreeMap<>();
        json.path("gaps").properties().forEach(entry -> {
            List<Gap> ofThing = new ArrayList<>();
            for (JsonNode gap : entry.getValue()) {
                ofThing.add(new Gap(number(gap, 0), new Interval(number(gap, 1), number(gap, 2)), number(gap, 3), number(gap, 4),
                        Math.toIntExact(number(gap, 5)), number(gap, 6)));
            }
            gaps.put(entry.getKey(), List.copyOf(ofThing));
        });
        var lost = new LostByThing();
        json.path("lost").properties().forEach(entry -> {
            for (JsonNode range : entry.getValue()) {
                lost.add(entry.getKey(), number(range, 0), List.of(new Interval(number(range, 1), number(range, 2))));
            }
        });
        return new Memory(gaps, lost, number(json, "notices_until"), new History(sums));
    }

    private static long number(JsonNode row, int at) {
        return number(row.path(at), row);
    }

    private static long number(JsonNode object, String member) {
        return number(object.path(member), object.path(member));
    }

    private static long number(JsonNode value, JsonNode shown) {
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException("has no whole number where one is expected: " + shown);
        }
        return value.asLong();
    }
}
