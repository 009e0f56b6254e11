package dev.millrace.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What an invocation says about its batch (Lambda developer guide, "Configuring partial batch response with Kinesis").
sealed interface Outcome {
    ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// Every record is done.
    record AllDone() implements Outcome {
    }

    /// The record at `position` and all after it are to be retried, those before it are done.
    record FailedFrom(long position) implements Outcome {
    }

    /// Nothing is done.
    record FailedWhole(String reason) implements Outcome {
    }

    /// @param reportBatchItemFailures whether the mapping asked for partial answers; else any answer is success
    static Outcome of(InvocationResult result, List<StreamRecord> batch, boolean reportBatchItemFailures) {
        return switch (result) {
            case InvocationResult.FunctionError(var type, _) -> new FailedWhole("function error " + type);
            case InvocationResult.TimedOut _ -> new FailedWhole("time-out");
            case InvocationResult.Crashed(var exitCode, _) -> new FailedWhole("exit with " + exitCode);
            case InvocationResult.Succeeded(var response) ->
                reportBatchItemFailures && response.length > 0 ? ofResponse(response, batch) : new AllDone();
        };
    }

    private static Outcome ofResponse(byte[] response, List<StreamRecord> batch) {
        JsonNode answer;
        try {
            answer = JSON.readTree(response);
        } catch (JsonProcessingException e) {
            return new FailedWhole("response is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory does not fail", e);
        }
        if (answer.isMissingNode() || answer.isNull()) {
            return new AllDone();
        }
        if (!answer.isObject()) {
            // not documented, docs/verify-on-aws.md: the careful reading, as it names no record as done
            return new FailedWhole("response is not an object");
        }
        JsonNode failures = answer.path("batchItemFailures");
        if (failures.isMissingNode() || failures.isNull()) {
            return new AllDone();
        }
        return failures.isArray() ? lowest(failures, batch) : new FailedWhole("batchItemFailures is not a list");
    }

    private static Outcome lowest(JsonNode failures, List<StreamRecord> batch) {
        Map<String, Long> positions = batch.stream()
                .collect(Collectors.toMap(StreamRecord::sequenceNumber, StreamRecord::position));
        long lowest = Long.MAX_VALUE;
        for (JsonNode failure : failures) {
            JsonNode identifier = failure.path("itemIdentifier");
            if (!identifier.isTextual() || identifier.textValue().isEmpty()) {
                return new FailedWhole("an itemIdentifier is missing, null or empty");
            }
            Long position = positions.get(identifier.textValue());
            if (position == null) {
                // not documented, docs/verify-on-aws.md: no record of the batch can be told from it
                return new FailedWhole("itemIdentifier %s is not of the batch".formatted(identifier.textValue()));
            }
            lowest = Math.min(lowest, position);
        }
        return lowest == Long.MAX_VALUE ? new AllDone() : new FailedFrom(lowest);
    }
}
