package dev.millrace.events;

import java.util.ArrayList;
import java.util.List;

/// Where things lie in the lake and which columns its tables have: the one source for the function that writes
/// Parquet and for the Glue tables that Athena reads it by.
public final class LakeLayout {
    /// Accepted readings as they arrived: `landing/<device type>/arrival_date=2026-11-23/arrival_hour=07/….parquet`.
    public static final String LANDING_PREFIX = "landing/";
    /// The Iceberg table of a device type, each reading once: `readings/<device type>/data/…` and `…/metadata/…`. Nothing else
    /// may lie there: engines remove what a table does not name.
    public static final String READINGS_PREFIX = "readings/";
    /// A type's table of readings is `<type>_readings`.
    public static final String READINGS_SUFFIX = "_readings";
    /// What each table of readings was made of: `readings-state/<device type>/….state`.
    public static final String READINGS_STATE_PREFIX = "readings-state/";
    /// Rejected records with their bytes and reasons: `quarantine/arrival_date=2026-11-23/arrival_hour=07/….jsonl`.
    public static final String QUARANTINE_PREFIX = "quarantine/";
    /// Notices of lost readings, byte for byte as devices sent them: `notices/lost/<thing>/<ms since 1970>-<uuid>.json`. A device
    /// repeats a notice until it is acknowledged.
    public static final String LOST_PREFIX = "notices/lost/";
    /// The table of completeness, an object a day: `completeness/day=2026-11-23/things.jsonl.gz`.
    public static final String COMPLETENESS_PREFIX = "completeness/";
    /// Partition column of it: UTC day, `yyyy-MM-dd`.
    public static final String COMPLETENESS_DAY = "day";
    /// What one run of the function completeness leaves to the next one.
    public static final String COMPLETENESS_STATE_PREFIX = "completeness-state/";
    /// What replays made beside what is stored: `replay/<when>/<device type>/readings-….parquet`, `panes.jsonl.gz` and
    /// `differences.jsonl.gz`.
    public static final String REPLAY_PREFIX = "replay/";
    /// In the failures bucket: what an IoT rule could not hand on, one object a message.
    public static final String RULE_ERRORS_PREFIX = "rule-errors/";
    /// In the failures bucket: batches that an event source mapping gave up. Lambda chooses the keys:
    /// `aws/lambda/<mapping>/<shard>/<yyyy>/<MM>/<dd>/…`.
    public static final String FAILED_BATCHES_PREFIX = "aws/lambda/";
    /// In the failures bucket: what is remembered of records that were put into the stream again, one object for the same bytes of
    /// the same thing: `redriven/<SHA-256>.json`.
    public static final String REDRIVEN_PREFIX = "redriven/";
    /// In the failures bucket: reports on late records that Timestream refused after the call.
    public static final String TIMESTREAM_REJECTED_PREFIX = "timestream-rejected/";

    /// Partition column: UTC day of arrival at the stream, `yyyy-MM-dd`.
    public static final String ARRIVAL_DATE = "arrival_date";
    /// Partition column: UTC hour of arrival at the stream, `00` to `23`.
    public static final String ARRIVAL_HOUR = "arrival_hour";

    /// The folder of an hour of arrival, as a pattern of `DateTimeFormatter` for UTC: `arrival_date=2026-11-23/arrival_hour=07`.
    public static final String ARRIVAL_PATTERN = "'" + ARRIVAL_DATE + "='yyyy-MM-dd'/" + ARRIVAL_HOUR + "='HH";
    /// Tag of a landing object whose rows are in the table of readings; its value is `true`. A lifecycle rule goes by it.
    public static final String COMPACTED_TAG = "millrace-compacted";

    /// What a column holds.
    public enum Kind {
        /// UTF-8 text; Glue `string`.
        TEXT,
        /// 64-bit integer; Glue `bigint`.
        LONG,
        /// UTC instant; Parquet INT64 TIMESTAMP(MICROS, UTC), Glue `timestamp`.
        TIMESTAMP,
        /// 64-bit float; Glue `double`.
        DOUBLE,
        /// 64-bit integers; a JSON array, Glue `array<bigint>`. Not in Parquet.
        LONGS,
        /// Ranges of 64-bit integers: first and last, or epoch, first and last; a JSON array of arrays, Glue
        /// `array<array<bigint>>`. Not in Parquet.
        RANGES,
        /// Measures that the device type does not know; Glue `map<string,double>`.
        MEASURES
    }

    /// @param name     lower case
    /// @param nullable false if every row has a value
    public record Column(String name, Kind kind, boolean nullable) {
    }

    /// The members of a line in quarantine, partition columns excluded. `epoch` is 0 and `readings` empty where the
    /// whole record is rejected.
    public static final List<Column> QUARANTINE_COLUMNS = List.of(
            new Column("thing", Kind.TEXT, false),
            new Column("shard", Kind.TEXT, false),
            new Column("sequence_number", Kind.TEXT, false),
            new Column("arrived_at", Kind.TEXT, false),
            new Column("reason", Kind.TEXT, false),
            new Column("detail", Kind.TEXT, false),
            new Column("epoch", Kind.LONG, false),
            new Column("readings", Kind.LONGS, false),
            new Column("payload_base64", Kind.TEXT, false));

    /// The members of a notice of lost readings. What a device says of itself in `thing` is not to be trusted; the object's key is.
    public static final List<Column> LOST_COLUMNS = List.of(
            new Column("v", Kind.LONG, false),
            new Column("thing", Kind.TEXT, false),
            new Column("epoch", Kind.LONG, false),
            new Column("lost", Kind.RANGES, false));

    /// The members of a line in the table of completeness, partition column excluded: counts since a thing was first seen.
    /// `missing_ranges` are epoch, first and last seq of each.
    public static final List<Column> COMPLETENESS_COLUMNS = List.of(
            new Column("thing", Kind.TEXT, false),
            new Column("as_of", Kind.TEXT, false),
            new Column("expected", Kind.LONG, false),
            new Column("taken", Kind.LONG, false),
            new Column("missing", Kind.LONG, false),
            new Column("lost", Kind.LONG, false),
            new Column("given_up", Kind.LONG, false),
            new Column("accepted", Kind.LONG, false),
            new Column("duplicates", Kind.LONG, false),
            new Column("late", Kind.LONG, false),
            new Column("rejected", Kind.LONG, false),
            new Column("missing_ranges", Kind.RANGES, false));

    private LakeLayout() {
    }

    /// The name of a type's table of readings.
    public static String readingsTable(DeviceType type) {
        return type.name() + READINGS_SUFFIX;
    }

    /// The columns of a type's landing table, and of its table of readings, in their order; partition columns excluded.
    public static List<Column> landingColumns(DeviceType type) {
        List<Column> columns = new ArrayList<>(List.of(
                new Column("thing", Kind.TEXT, false),
                new Column("epoch", Kind.LONG, false),
                new Column("seq", Kind.LONG, false),
                new Column("taken_at", Kind.TIMESTAMP, false),
                new Column("arrived_at", Kind.TIMESTAMP, false)));
        for (DeviceType.Measure measure : type.measures()) {
            columns.add(new Column(measure.name(), Kind.DOUBLE, true));
        }
        columns.add(new Column("other_measures", Kind.MEASURES, true));
        return List.copyOf(columns);
    }
}
