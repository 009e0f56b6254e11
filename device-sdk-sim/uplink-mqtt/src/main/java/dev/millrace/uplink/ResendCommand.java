package dev.millrace.uplink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.SeqRange;
import dev.millrace.events.Names;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `{"epoch":3,"from":17,"to":42}`: send readings 17 to 42 of epoch 3 once more.
///
/// @param seqs at most [DeviceAgent#RESEND_READINGS_MAX]
record ResendCommand(long epoch, SeqRange seqs) {
    private static final List<String> MEMBERS = List.of("epoch", "from", "to");
    /// Three numbers of 16 digits, and room for white space.
    private static final int BYTES_MAX = 500;
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    ResendCommand {
        if (epoch < 1 || epoch > ReadingId.EPOCH_MAX) {
            throw new IllegalArgumentException("epoch not in 1..%d: %d".formatted(ReadingId.EPOCH_MAX, epoch));
        }
        if (seqs.size() > DeviceAgent.RESEND_READINGS_MAX) {
            throw new IllegalArgumentException("asks for %d readings, more than %d".formatted(seqs.size(), DeviceAgent.RESEND_READINGS_MAX));
        }
    }

    /// @throws IllegalArgumentException for everything else; the message says what was expected and what came
    static ResendCommand parse(byte[] payload) {
        if (payload.length > BYTES_MAX) {
            throw new IllegalArgumentException("has %d bytes, more than %d".formatted(payload.length, BYTES_MAX));
        }
        try (JsonParser json = JSON.createParser(payload)) {
            Map<String, Long> values = new HashMap<>();
            require(json.nextToken() == JsonToken.START_OBJECT, "is no JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                require(MEMBERS.contains(member), "has an unknown member " + Names.shown(member));
                require(json.nextToken() == JsonToken.VALUE_NUMBER_INT, member + " is no integer");
                values.put(member, json.getLongValue());
            }
            require(json.nextToken() == null, "goes on after its end");
            MEMBERS.forEach(member -> require(values.containsKey(member), "has no " + member));
            return new ResendCommand(values.get("epoch"), new SeqRange(values.get("from"), values.get("to")));
        } catch (IOException e) {
            throw new IllegalArgumentException("is no JSON: " + Names.shown(e.getMessage().lines().findFirst().orElse("")), e);
        }
    }

    private static void require(boolean isRight, String problem) {
        if (!isRight) {
            throw new IllegalArgumentException(problem + ", expected {\"epoch\":…,\"from\":…,\"to\":…}");
        }
    }
}
