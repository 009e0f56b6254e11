package dev.millrace.redrive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Names;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What the function is asked for. A schedule's event asks for all that has lain for a while; any other must be an object of
/// `dryRun`, `prefix` and `max`, each of which may be missing.
///
/// @param isScheduled whether nobody is watching: see [Redriver#SETTLED_AFTER]
/// @param isDryRun    whether only to look
/// @param prefixes    of the documents' keys
/// @param max         records to put at most, 1 to [#RECORDS_MAX]
record Request(boolean isScheduled, boolean isDryRun, List<String> prefixes, int max) {
    /// What a run puts in ten minutes.
    static final int RECORDS_MAX = 10 * 60 * PacedStream.RECORDS_A_SECOND;
    private static final List<String> ALL = List.of(LakeLayout.FAILED_BATCHES_PREFIX, LakeLayout.RULE_ERRORS_PREFIX);
    private static final Set<String> MEMBERS = new TreeSet<>(List.of("dryRun", "max", "prefix"));
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    Request {
        prefixes = List.copyOf(prefixes);
    }

    /// @throws IllegalArgumentException naming what was expected and what came
    static Request read(InputStream event) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("event must be a JSON object: " + json.getNodeType());
        }
        // EventBridge user guide, "Events structure reference"
        if (json.path("source").asText().equals("aws.events") && json.path("detail-type").asText().equals("Scheduled Event")) {
            return new Request(true, false, ALL, RECORDS_MAX);
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("event may have %s: %s".formatted(MEMBERS, Names.shown(name)));
            }
        });
        return new Request(false, isDryRun(json.path("dryRun")), prefixes(json.path("prefix")), max(json.path("max")));
    }

    private static boolean isDryRun(JsonNode value) {
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new IllegalArgumentException("dryRun must be true or false: " + value);
        }
        return value.asBoolean(false);
    }

    private static List<String> prefixes(JsonNode value) {
        if (value.isMissingNode()) {
            return ALL;
        }
        if (!value.isTextual() || ALL.stream().noneMatch(value.asText()::startsWith)) {
            throw new IllegalArgumentException("prefix must be text that begins with one of %s: %s".formatted(ALL, value));
        }
        return List.of(value.asText());
    }

    private static int max(JsonNode value) {
        if (value.isMissingNode()) {
            return RECORDS_MAX;
        }
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > RECORDS_MAX) {
            throw new IllegalArgumentException("max must be a whole number from 1 to %d: %s".formatted(RECORDS_MAX, value));
        }
        return value.intValue();
    }
}
