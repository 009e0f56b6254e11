package dev.millrace.cost;

import dev.millrace.events.DeviceType;
import java.util.List;

/// Sizes of the records that ingest writes to Timestream, as AWS meters them (Timestream developer guide, "Metering and cost
/// optimization"): eight bytes of time, names and values of dimensions and measures, eight bytes a number.
record TimestreamSizes(int commonBytes, int recordBytes) {
    private static final int RECORDS_MAX = 100;
    private static final double KIBIBYTE = 1_024;
    private static final List<String> COLUMNS = List.of("_count", "_sum", "_sum_of_squares", "_min", "_max", "_first", "_last");

    static TimestreamSizes ofReadings(DeviceType type, int thingBytes) {
        int bytes = base(thingBytes) + named("epoch") + named("seq");
        for (DeviceType.Measure measure : type.measuresInUse()) {
            bytes += named(measure.name());
        }
        return new TimestreamSizes("type".length() + 2 * type.name().length(), bytes);
    }

    static TimestreamSizes ofRollups(DeviceType type, int thingBytes) {
        int bytes = base(thingBytes) + named("readings");
        for (DeviceType.Measure measure : type.measuresInUse()) {
            for (String column : COLUMNS) {
                bytes += named(measure.name() + column);
            }
        }
        return new TimestreamSizes("type".length() + type.name().length() + "pane_1m".length(), bytes);
    }

    private static int base(int thingBytes) {
        return Long.BYTES + "thing".length() + thingBytes;
    }

    private static int named(String measure) {
        return measure.length() + Long.BYTES;
    }

    /// Of a batch with so many records, in calls of 100; a mean between two whole numbers lies between their KiB.
    double kibibytes(double records) {
        double below = Math.floor(records);
        double share = records - below;
        return (1 - share) * kibibytes((long) below) + share * kibibytes((long) below + 1);
    }

    private double kibibytes(long records) {
        long full = records / RECORDS_MAX;
        return full * call(RECORDS_MAX) + call(records % RECORDS_MAX);
    }

    private double call(long records) {
        return records == 0 ? 0 : Math.ceil((commonBytes + records * recordBytes) / KIBIBYTE);
    }

    double storedBytes(double records) {
        return records * (commonBytes + recordBytes);
    }
}
