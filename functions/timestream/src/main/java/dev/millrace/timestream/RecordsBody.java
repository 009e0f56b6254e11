package dev.millrace.timestream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.events.DeviceType;
import dev.millrace.events.MeasurePlaces;
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
///
/// All records of a call are of one device type, so what that says stands once, in `CommonAttributes`. A reading's version is
/// named only if it is not the one that Timestream takes then: [#FIRST_VERSION].
final class RecordsBody {
    static final long FIRST_VERSION = 1;

    private static final byte[] THING = "{\"Dimensions\":[{\"Name\":\"thing\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] TIME = "\"}],\"Time\":\"".getBytes(US_ASCII);
    private static final byte[] VERSION = "\",\"Version\":".getBytes(US_ASCII);
    private static final byte[] VALUES = ",\"MeasureValues\":[".getBytes(US_ASCII);
    private static final byte[] VALUES_AFTER_TIME = "\",\"MeasureValues\":[".getBytes(US_ASCII);
    private static final byte[] EPOCH = "{\"Name\":\"epoch\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] SEQ = "\",\"Type\":\"BIGINT\"},{\"Name\":\"seq\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] LATE = ",{\"Name\":\"late\",\"Value\":\"true\",\"Type\":\"BOOLEAN\"}".getBytes(US_ASCII);
    private static final byte[] READINGS = "{\"Name\":\"readings\",\"Value\":\"".getBytes(US_ASCII);
    private static final byte[] BIGINT = "\",\"Type\":\"BIGINT\"}".getBytes(US_ASCII);
    private static final byte[] DOUBLE = "\",\"Type\":\"DOUBLE\"}".getBytes(US_ASCII);
    private static final byte[] END_RECORD = "]}".getBytes(US_ASCII);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SCALE = 1_000_000;
    private static final int SCALE_DIGITS = 6;
    /// Scaled values up to here are exact as double and as long.
    private static final double SCALED_MAX = 1L << 52;
    /// The digits of 0 to 99, two each.
    private static final byte[] PAIRS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private final MeasurePlaces places;
    /// The beginning of the value of each column of each measure of the type.
    private final byte[][][] columns;
    private byte[] bytes;
    private int size;

    /// @param columnsOfMeasure what a measure's name is followed by, for each of its columns
    private RecordsBody(String database, String table, DeviceType type, String measureName, List<String> columnsOfMeasure, int bytesExpected) {
        this.places = new MeasurePlaces(type);
        this.columns = new byte[type.measures().size()][columnsOfMeasure.size()][];
        for (int i = 0; i < columns.length; i++) {
            for (int j = 0; j < columns[i].length; j++) {
                columns[i][j] = (",{\"Name\":\"" + type.measures().get(i).name() + columnsOfMeasure.get(j) + "\",\"Value\":\"").getBytes(US_ASCII);
            }
        }
        bytes = new byte[bytesExpected];
        text("""
                {"DatabaseName":"%s","TableName":"%s","CommonAttributes":{"Dimensions":[{"Name":"type","Value":"%s"}],\
                "MeasureName":"%s","MeasureValueType":"MULTI","TimeUnit":"NANOSECONDS"},"Records":["""
                .formatted(database, table, type.name(), measureName).getBytes(US_ASCII));
    }

    /// @param readings at least one, all of one device type
    /// @param version  of each
    static byte[] ofReadings(String database, String table, List<Accepted> readings, long version) {
        DeviceType type = readings.getFirst().type();
        int bytesExpected = (readings.size() + 1) * (200 + 60 * type.measures().size());
        var body = new RecordsBody(database, table, type, type.name(), List.of(""), bytesExpected);
        for (int i = 0; i < readings.size(); i++) {
            body.reading(i, readings.get(i), version);
        }
        return body.end();
    }

    /// @param rollups at least one, all of one device type and of the same length
    static byte[] ofRollups(String database, String table, List<Rollup> rollups) {
        DeviceType type = rollups.getFirst().type();
        int bytesExpected = (rollups.size() + 1) * (200 + 450 * type.measures().size());
        var body = new RecordsBody(database, table, type, rollups.getFirst().pane().key().name(), TimestreamSeries.ROLLUP_COLUMNS, bytesExpected);
        for (int i = 0; i < rollups.size(); i++) {
            body.rollup(i, rollups.get(i));
        }
        return body.end();
    }

    private void reading(int index, Accepted accepted, long version) {
        Reading reading = accepted.reading();
        long nanos = reading.takenAtMillis() * NANOS_PER_MILLI + reading.id().seq() % NANOS_PER_MILLI;
        record(index, reading.id().thing(), nanos);
        if (version == FIRST_VERSION) {
            text(VALUES_AFTER_TIME);
        } else {
            text(VERSION).digits(version).text(VALUES);
        }
        text(EPOCH).digits(reading.id().epoch()).text(SEQ).digits(reading.id().seq()).text(BIGINT);
        Measures measures = reading.values();
        int[] indexes = places.of(measures);
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= 0) {
                real(columns[indexes[i]][0], measures.value(i));
            }
        }
        if (accepted.late()) {
            text(LATE);
        }
        text(END_RECORD);
    }

    private void rollup(int index, Rollup rollup) {
        Pane pane = rollup.pane();
        record(index, rollup.thing(), pane.key().startMillis() * NANOS_PER_MILLI).text(VERSION).digits(rollup.version()).text(VALUES);
        text(READINGS).digits(pane.readings()).text(BIGINT);
        for (Map.Entry<String, Aggregate> measure : pane.measures().entrySet()) {
            int known = places.type().indexOf(measure.getKey());
            if (known >= 0) {
                aggregate(columns[known], measure.getValue());
            }
        }
        text(END_RECORD);
    }

    private void aggregate(byte[][] names, Aggregate aggregate) {
        text(names[0]).digits(aggregate.count()).text(BIGINT);
        real(names[1], aggregate.sum());
        real(names[2], aggregate.squares());
        real(names[3], aggregate.min());
        real(names[4], aggregate.max());
        real(names[5], aggregate.first());
        real(names[6], aggregate.last());
    }

    private RecordsBody record(int index, String thing, long timeNanos) {
        if (index > 0) {
            reserve(1);
            bytes[size++] = ',';
        }
        return text(THING).name(thing).text(TIME).digits(timeNanos);
    }

    private void real(byte[] name, double value) {
        text(name).decimal(value).text(DOUBLE);
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
        reserve(32);
        long rest = Math.abs(value);
        if (value < 0) {
            bytes[size++] = '-';
        }
        digits(rest / SCALE);
        int decimals = (int) (rest % SCALE);
        if (decimals != 0) {
            bytes[size++] = '.';
            pair(size, decimals / 10_000);
            pair(size + 2, decimals / 100 % 100);
            pair(size + 4, decimals % 100);
            size += SCALE_DIGITS;
            while (bytes[size - 1] == '0') {
                size--;
            }
        }
        return this;
    }

    /// @param value not negative
    private RecordsBody digits(long value) {
        reserve(24);
        int length = 1;
        for (long limit = 10; length < 19 && value >= limit; limit *= 10) {
            length++;
        }
        int end = size + length;
        long rest = value;
        int at = end;
        while (rest >= 100) {
            long hundreds = rest / 100;
            at -= 2;
            pair(at, (int) (rest - hundreds * 100));
            rest = hundreds;
        }
        if (rest >= 10) {
            pair(at - 2, (int) rest);
        } else {
            bytes[at - 1] = (byte) ('0' + rest);
        }
        size = end;
        return this;
    }

    private void pair(int at, int value) {
        bytes[at] = PAIRS[2 * value];
        bytes[at + 1] = PAIRS[2 * value + 1];
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
