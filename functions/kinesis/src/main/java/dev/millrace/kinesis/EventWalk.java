package dev.millrace.kinesis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The event straight from its bytes, as Lambda writes it: compact, without escapes. At anything else it gives up, and
/// [KinesisEvent] reads the event with a full parser; so it can only be faster. A differential test holds it to that.
final class EventWalk {
    private final byte[] bytes;
    private int at;
    private int from;
    private int to;
    /// Things repeat within an event, so their names are made once; a name keeps its hash, too.
    private final Map<String, String> keys = new HashMap<>();
    private String lastKey = "";

    private String shard;
    private String sequenceNumber;
    private String partitionKey;
    private byte[] data;
    private long arrivedAtMillis;

    private EventWalk(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @return the batch, or null if this event is not for the fast way
    static Batch read(byte[] event) {
        try {
            return new EventWalk(event).batch();
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException _) {
            return null;
        }
    }

    private Batch batch() {
        if (!skip('{') || !string() || !is("Records") || !skip(':') || !skip('[')) {
            return null;
        }
        List<StreamRecord> records = new ArrayList<>(1_024);
        do {
            if (!record()) {
                return null;
            }
            records.add(new StreamRecord(sequenceNumber, partitionKey, arrivedAtMillis, data));
        } while (skip(','));
        return skip(']') && skip('}') && isEnd() ? new Batch(shard, records) : null;
    }

    private boolean record() {
        boolean hasId = false;
        boolean hasBody = false;
        if (!skip('{')) {
            return false;
        }
        do {
            if (!string()) {
                return false;
            }
            boolean isId = is("eventID");
            boolean isBody = is("kinesis");
            if (!skip(':')) {
                return false;
            }
            if (isId && !hasId) {
                hasId = shard();
            } else if (isBody && !hasBody) {
                hasBody = body();
            } else if (isId || isBody || !string()) {
                return false;
            }
        } while (skip(','));
        return hasId && hasBody && skip('}');
    }

    private boolean shard() {
        if (!string()) {
            return false;
        }
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        if (colon == to || colon == from) {
            return false;
        }
        if (shard == null) {
            shard = new String(bytes, from, colon - from, ISO_8859_1);
        }
        return isText(shard, from, colon);
    }

    private boolean body() {
        boolean hasKey = false;
        boolean hasNumber = false;
        boolean hasData = false;
        boolean hasArrival = false;
        if (!skip('{')) {
            return false;
        }
        do {
            if (!string()) {
                return false;
            }
            int nameFrom = from;
            int nameTo = to;
            if (!skip(':')) {
                return false;
            }
            if (!hasArrival && isText("approximateArrivalTimestamp", nameFrom, nameTo)) {
                hasArrival = arrival();
                if (!hasArrival) {
                    return false;
                }
                continue;
            }
            if (!string()) {
                return false;
            }
            if (!hasData && isText("data", nameFrom, nameTo)) {
                data = decoded();
                hasData = true;
            } else if (!hasKey && isText("partitionKey", nameFrom, nameTo)) {
                partitionKey = key();
                hasKey = true;
            } else if (!hasNumber && isText("sequenceNumber", nameFrom, nameTo)) {
                sequenceNumber = new String(bytes, from, to - from, ISO_8859_1);
                hasNumber = true;
            } else if (!isText("kinesisSchemaVersion", nameFrom, nameTo)) {
                return false;
            }
        } while (skip(','));
        return hasKey && hasNumber && hasData && hasArrival && skip('}');
    }

    private byte[] decoded() {
        if ((to - from) % 4 != 0) {
            throw new IllegalArgumentException("base64 without padding");
        }
        ByteBuffer decoded = Base64.getDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
        return decoded.array();
    }

    private String key() {
        if (isText(lastKey, from, to)) {
            return lastKey;
        }
        var key = new String(bytes, from, to - from, ISO_8859_1);
        String known = keys.putIfAbsent(key, key);
        lastKey = known == null ? key : known;
        return lastKey;
    }

    /// Seconds with at most three decimals.
    private boolean arrival() {
        skipSpace();
        int start = at;
        long millis = 0;
        while (isDigit()) {
            millis = millis * 10 + (bytes[at++] - '0');
        }
        int whole = at - start;
        int decimals = 0;
        if (bytes[at] == '.') {
            at++;
            while (isDigit()) {
                millis = millis * 10 + (bytes[at++] - '0');
                decimals++;
            }
            if (decimals == 0) {
                return false;
            }
        }
        if (whole < 1 || whole > 12 || (whole > 1 && bytes[start] == '0') || decimals > 3 || (bytes[at] != ',' && bytes[at] != '}')) {
            return false;
        }
        for (int i = decimals; i < 3; i++) {
            millis *= 10;
        }
        arrivedAtMillis = millis;
        return true;
    }

    private boolean isDigit() {
        return bytes[at] >= '0' && bytes[at] <= '9';
    }

    /// A string without escapes, in plain ASCII; it then lies between [#from] and [#to].
    private boolean string() {
        if (!skip('"')) {
            return false;
        }
        from = at;
        while (bytes[at] != '"') {
            if (bytes[at] == '\\' || bytes[at] < ' ') {
                return false;
            }
            at++;
        }
        to = at++;
        return true;
    }

    private boolean is(String text) {
        return isText(text, from, to);
    }

    private boolean isText(String text, int textFrom, int textTo) {
        if (text.length() != textTo - textFrom) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[textFrom + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean skip(char expected) {
        skipSpace();
        if (at < bytes.length && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    private boolean isEnd() {
        skipSpace();
        return at == bytes.length;
    }
}
