package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/// The limit: finds each record's `data` in the event by a plain scan, decodes its base64 with the JDK, and takes the
/// payload apart into tokens with jackson-core, the fastest JSON parser on the class path. No value is converted,
/// nothing is checked, nothing is kept.
final class TokeniseWork implements Work {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] DATA = "\"data\":\"".getBytes(US_ASCII);

    private final List<KinesisEventBytes> events;
    private long tokens;
    private long records;

    TokeniseWork(List<KinesisEventBytes> events) {
        this.events = List.copyOf(events);
    }

    @Override
    public void run() throws IOException {
        for (KinesisEventBytes event : events) {
            tokenise(event.json());
        }
    }

    private void tokenise(byte[] event) throws IOException {
        for (int from = dataFrom(event, 0); from >= 0; from = dataFrom(event, from)) {
            int to = from;
            while (event[to] != '"') {
                to++;
            }
            byte[] payload = Base64.getDecoder().decode(ByteBuffer.wrap(event, from, to - from)).array();
            records++;
            try (JsonParser json = JSON.createParser(payload)) {
                for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                    tokens++;
                }
            } catch (JsonParseException _) {
                // malformed: tokenised as far as it goes
            }
        }
    }

    private static int dataFrom(byte[] event, int start) {
        int last = event.length - DATA.length;
        for (int at = start; at <= last; at++) {
            if (event[at] == '"' && isData(event, at)) {
                return at + DATA.length;
            }
        }
        return -1;
    }

    private static boolean isData(byte[] event, int at) {
        for (int i = 1; i < DATA.length; i++) {
            if (event[at + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    /// Records found.
    long records() {
        return records;
    }

    /// Tokens seen; keeps the work from being optimised away.
    long tokens() {
        return tokens;
    }
}
