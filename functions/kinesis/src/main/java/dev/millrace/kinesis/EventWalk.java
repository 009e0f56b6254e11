package dev.millrace.kinesis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.events.NameCache;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.StreamRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// The event straight from its bytes, as Lambda writes it: compact, without escapes. At anything else it gives up, and
/// [KinesisEvent] reads the event with a full parser; so it can only be faster. A differential test holds it to that.
final class EventWalk {
    /// All records of a thing then share one string.
    private static final NameCache KEYS = new NameCache();
    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] RECORDS = "Records".getBytes(US_ASCII);
    private static final byte[] EVENT_ID = "eventID".getBytes(US_ASCII);
    private static final byte[] KINESIS = "kinesis".getBytes(US_ASCII);
    private static final byte[] ARRIVAL = "approximateArrivalTimestamp".getBytes(US_ASCII);
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] PARTITION_KEY = "partitionKey".getBytes(US_ASCII);
    private static final byte[] SEQUENCE_NUMBER = "sequenceNumber".getBytes(US_ASCII);
    private static final byte[] SCHEMA_VERSION = "kinesisSchemaVersion".getBytes(US_ASCII);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGHEST_OF_EACH = 0x8080808080808080L;

    private final byte[] bytes;
    private int at;
    private int from;
    private int to;

    private byte[] shard;
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
        if (!skip('{') || !string() || !is(RECORDS, from, to) || !skip(':') || !skip('[')) {
            return null;
        }
        List<StreamRecord> records = new ArrayList<>(1_024);
        do {
            if (!record()) {
                return null;
            }
            records.add(new StreamRecord(sequenceNumber, partitionKey, arrivedAtMillis, data));
        } while (skip(','));
        return skip(']') && skip('}') && isEnd() ? new Batch(new String(shard, ISO_8859_1), records) : null;
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
            boolean isId = is(EVENT_ID, from, to);
            boolean isBody = is(KINESIS, from, to);
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
        int colon = shard != null && from + shard.length < to && bytes[from + shard.length] == ':' ? from + shard.length : from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        if (colon == to || colon == from) {
            return false;
        }
        if (shard == null) {
            shard = Arrays.copyOfRange(bytes, from, colon);
        }
        return is(shard, from, colon);
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
            if (!hasArrival && is(ARRIVAL, nameFrom, nameTo)) {
                hasArrival = arrival();
                if (!hasArrival) {
                    return false;
                }
                continue;
            }
            if (!string()) {
                return false;
            }
            if (!hasData && is(DATA, nameFrom, nameTo)) {
                data = decoded();
                hasData = true;
            } else if (!hasKey && is(PARTITION_KEY, nameFrom, nameTo)) {
                partitionKey = KEYS.of(bytes, from, to);
                hasKey = true;
            } else if (!hasNumber && is(SEQUENCE_NUMBER, nameFrom, nameTo)) {
                sequenceNumber = new String(bytes, from, to - from, ISO_8859_1);
                hasNumber = true;
            } else if (!is(SCHEMA_VERSION, nameFrom, nameTo)) {
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
        to = endOfPlain();
        at = to + 1;
        return bytes[to] == '"';
    }

    /// Where the next quote, backslash, control character or byte beyond ASCII is. Most of an event is inside strings, so
    /// eight bytes are looked at in a step: of each, the highest bit of `found` says whether it is one of these (S. E.
    /// Anderson, "Bit Twiddling Hacks", a byte that is less than n, or equal to n).
    private int endOfPlain() {
        int next = at;
        while (next + Long.BYTES <= bytes.length) {
            long eight = (long) EIGHT_BYTES.get(bytes, next);
            long quotes = eight ^ ('"' * EACH);
            long slashes = eight ^ ('\\' * EACH);
            long found = (((quotes - EACH) & ~quotes) | ((slashes - EACH) & ~slashes) | ((eight - ' ' * EACH) & ~eight) | eight) & HIGHEST_OF_EACH;
            if (found != 0) {
                return next + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            next += Long.BYTES;
        }
        while (bytes[next] != '"' && bytes[next] != '\\' && bytes[next] >= ' ') {
            next++;
        }
        return next;
    }

    private boolean is(byte[] text, int textFrom, int textTo) {
        return Arrays.equals(bytes, textFrom, textTo, text, 0, text.length);
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
