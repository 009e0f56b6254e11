package dev.millrace.completeness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.Names;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the function is asked for. A schedule asks for nothing in particular; an operator may say how long a gap must have been
/// quiet, and how many readings may be asked for: `{"graceSeconds":0,"readingsMax":50000}`, and nothing else, lest a slip asks
/// for another thing than was meant.
///
/// @param graceSeconds 0 to 86,400
/// @param readingsMax  0 to 1,000,000
record Request(Optional<Long> graceSeconds, Optional<Long> readingsMax) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Set<String> MEMBERS = new TreeSet<>(List.of("graceSeconds", "readingsMax"));
    private static final long GRACE_SECONDS_MAX = 86_400;

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
        boolean isScheduled = json.path("source").asText().equals("aws.events") && json.path("detail-type").asText().equals("Scheduled Event");
        json.fieldNames().forEachRemaining(name -> {
            if (!isScheduled && !MEMBERS.contains(name)) {
                throw new IllegalArgumentException("event may have %s: %s".formatted(MEMBERS, Names.shown(name)));
            }
        });
        return new Request(number(json, "graceSeconds", GRACE_SECONDS_MAX), number(json, "readingsMax", ResendPolicy.READINGS_MAX));
    }

    private static Optional<Long> number(JsonNode json, String member, long max) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0 || value.asLong() > max) {
            throw new IllegalArgumentException("%s must be a whole number from 0 to %d: %s".formatted(member, max, value));
        }
        return Optional.of(value.asLong());
    }

    ResendPolicy over(ResendPolicy policy) {
        ResendPolicy graced = graceSeconds.map(seconds -> policy.withGrace(Duration.ofSeconds(seconds))).orElse(policy);
        return readingsMax.map(graced::withReadingsMax).orElse(graced);
    }
}
