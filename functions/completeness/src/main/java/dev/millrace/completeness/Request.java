package dev.millrace.completeness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/// What the function is asked for. A schedule asks for nothing in particular; an operator may say how long a gap must have been
/// quiet, and how many readings may be asked for: `{"graceSeconds":0,"readingsMax":50000}`.
///
/// @param graceSeconds 0 to 86,400
/// @param readingsMax  0 to 1,000,000
record Request(Optional<Long> graceSeconds, Optional<Long> readingsMax) {
    private static final ObjectMapper JSON = new ObjectMapper();
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
