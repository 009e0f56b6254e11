package dev.millrace.timestream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Measures;
import dev.millrace.events.Names;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The body of a WriteRecords call, written byte by byte: one for each reading passes here, and the SDK's objects for it
/// would cost several times the reading. All names are of our own alphabet ([Names]) or ours, so nothing needs escaping.
final class RecordsBody {
    private static final byte[] OPEN = "{\"DatabaseName\":\"".getBytes(US_ASCII);
    private static final byte[] TABLE = "\",\"TableName\":\"".getBytes(US_ASCII);
    private static final byte[] COMMON = "\",\"CommonAttributes\":{\"MeasureValueType\":\"MULTI\",\"TimeUnit\":\"NANOSECONDS\"},\"Records\":[".getBytes(US_ASCII);
    private static final byte[] THING = "{\"Dimensions\":[{\"Name\":\"thing\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] TYPE = "\"},{\"Name\":\"type\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] TIME = "\"}],\"Time\":\"".getBytes(US_ASCII);
    private static final byte[] MEASURE_NAME = "\",\"MeasureName\":\"".getBytes(US_ASCII);
    private static final byte[] VERSION = "\",\"Version\":".getBytes(US_ASCII);
    private static final byte[] VALUES = ",\"MeasureValues\":[".getBytes(US_ASCII);
    private static final byte[] NAME = "{\"Name\":\"".getBytes(US_ASCII);
    private static final byte[] VALUE = "\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] BIGINT = "\",\"Type\":\"BIGINT\"}".getBytes(US_ASCII);
    private static final byte[] DOUBLE = "\",\"Type\":\"DOUBLE\"}".getBytes(US_ASCII);
    private static final byte[] COMMA = ",".getBytes(US_ASCII);
    private static final byte[] END_RECORD = "]}".getBytes(US_ASCII);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SCALE = 1_000_000;
    private static final int SCALE_DIGITS = 6;
    /// Scaled values up to here are exact as double and as long.
    private static final double SCALED_MAX = 1L << 52;

    private byte[] bytes = new byte[1 << 15];
    private int size;

    private RecordsBody(String database, String table) {
        text(OPEN).name(database).text(TABLE).name(table).text(COMMON);
    }

    static byte[] ofReadings(String database, String table, List<Accepted> readings) {
        var body = new RecordsBody(database, table);
        for (int i = 0; i < readings.size(); i++) {
            body.reading(i, readings.get(i));
        }
        return body.end();
    }

    static byte[] ofRollups(String database, String table, List<Rollup> rollups) {
        var body = new RecordsBody(database, table);
        for (int i = 0; i < rollups.size(); i++) {
            body.rollup(i, rollups.get(i));
        }
        return body.end();
    }

    private void reading(int index, Accepted accepted) {
        Reading reading = accepted.reading();
        DeviceType type = accepted.type();
        long nanos = reading.takenAtMillis() * NANOS_PER_MILLI + reading.id().seq() % NANOS_PER_MILLI;
        record(index, reading.id().thing(), type.name(), nanos, type.name(), 1);
        whole("epoch", "", reading.id().epoch());
        comma().whole("seq", "", reading.id().seq());
        Measures measures = reading.values();
        for (int i = 0; i < measures.size(); i++) {
            if (type.indexOf(measures.name(i)) >= 0) {
                comma().real(measures.name(i), "", measures.value(i));
            }
        }
        text(END_RECORD);
    }

    private void rollup(int index, Rollup rollup) {
        Pane pane = rollup.pane();
        record(index, rollup.thing(), pane.key().type(), pane.key().startMillis() * NANOS_PER_MILLI, pane.key().name(), pane.readings());
        whole("readings", "", pane.readings());
        for (Map.Entry<String, Aggregate> measure : pane.measures().entrySet()) {
            String name = measure.getKey();
            Aggregate aggregate = measure.getValue();
            comma().whole(name, "_count", aggregate.count());
            comma().real(name, "_sum", aggregate.sum());
            comma().real(name, "_sum_of_squares", aggregate.squares());
            comma().real(name, "_min", aggregate.min());
            comma().real(name, "_max", aggregate.max());
            comma().real(name, "_first", aggregate.first());
            comma().real(name, "_last", aggregate.last());
        }
        text(END_RECORD);
    }

    private void record(int index, String thing, String type, long timeNanos, String measureName, long version) {
        if (index > 0) {
            comma();
        }
        text(THING).name(thing).text(TYPE).name(type).text(TIME).digits(timeNanos);
        text(MEASURE_NAME).name(measureName).text(VERSION).digits(version).text(VALUES);
    }

    private RecordsBody comma() {
        return text(COMMA);
    }

    private void whole(String name, String suffix, long value) {
        text(NAME).name(name).name(suffix).text(VALUE).digits(value).text(BIGINT);
    }

    private void real(String name, String suffix, double value) {
        text(NAME).name(name).name(suffix).text(VALUE).decimal(value).text(DOUBLE);
    }

    private byte[] end() {
        return Arrays.copyOf(text(END_RECORD).bytes, size);
    }

    /// Measured values mostly have a few decimals. If the value is a whole number of millionths, those digits are a text
    /// that reads back as this very double: both are the double nearest to the same decimal number.
    private RecordsBody decimal(double value) {
        double scaled = value * SCALE;
        if (Math.abs(scaled) < SCALED_MAX) {
            long millionths = Math.round(scaled);
            if (millionths / (double) SCALE == value && (millionths != 0 || 1 / value > 0)) {
                return millionths(millionths);
            }
        }
        return name(Double.toString(value));
    }

    private RecordsBody millionths(long value) {
        reserve(24);
        long rest = Math.abs(value);
        if (value < 0) {
            bytes[size++] = '-';
        }
        digits(rest / SCALE);
        long decimals = rest % SCALE;
        if (decimals != 0) {
            bytes[size++] = '.';
            int end = size + SCALE_DIGITS;
            for (int i = end - 1; i >= size; i--) {
                bytes[i] = (byte) ('0' + decimals % 10);
                decimals /= 10;
            }
            while (bytes[end - 1] == '0') {
                end--;
            }
            size = end;
        }
        return this;
    }

    /// @param value not negative
    private RecordsBody digits(long value) {
        reserve(24);
        int length = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            length++;
        }
        long rest = value;
        for (int i = size + length - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += length;
        return this;
    }

    private RecordsBody text(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
        return this;
    }

    /// Plain ASCII. The method of String is deprecated because it drops the upper byte of each character; there is none
    /// here, and no other way copies without an array between.
    @SuppressWarnings("deprecation")
    private RecordsBody name(String ascii) {
        reserve(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, size);
        size += ascii.length();
        return this;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
