package dev.millrace.completeness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Names;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger.Interval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// What a device tells of readings that it gave up. Its payload may say anything; who sent it is in the object's key.
///
/// @param lost in any order
record LostNotice(String thing, long epoch, List<Interval> lost) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    LostNotice {
        lost = List.copyOf(lost);
    }

    /// @param key of the object: `notices/lost/<thing>/…`
    /// @throws IllegalArgumentException naming the object, what was expected and what came
    static LostNotice parse(String key, byte[] payload) {
        try {
            JsonNode json = JSON.readTree(payload);
            if (json.path("v").asInt() != 1) {
                throw new IllegalArgumentException("v must be 1: " + Names.shown(json.path("v").toString()));
            }
            List<Interval> lost = new ArrayList<>();
            for (JsonNode range : json.path("lost")) {
                long first = number(range.path(0), ReadingId.SEQ_MAX);
                long last = number(range.path(1), ReadingId.SEQ_MAX);
                if (last < first || range.size() != 2) {
                    throw new IllegalArgumentException("a range must be [first, last]: " + Names.shown(range.toString()));
                }
                lost.add(new Interval(first, last));
            }
            return new LostNotice(thing(key), number(json.path("epoch"), ReadingId.EPOCH_MAX), lost);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("%s: not JSON: %s".formatted(key, e.getOriginalMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(key, e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String thing(String key) {
        String rest = key.startsWith(LakeLayout.LOST_PREFIX) ? key.substring(LakeLayout.LOST_PREFIX.length()) : "";
        return Names.requireThing(rest.substring(0, Math.max(0, rest.indexOf('/'))));
    }

    private static long number(JsonNode value, long max) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1 || value.asLong() > max) {
            throw new IllegalArgumentException("epoch and seqs must be whole numbers from 1 to %d: %s".formatted(max, Names.shown(value.toString())));
        }
        return value.asLong();
    }
}
