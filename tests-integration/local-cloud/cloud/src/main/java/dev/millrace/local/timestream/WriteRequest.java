package dev.millrace.local.timestream;

import dev.millrace.local.timestream.IncomingRecord.Measure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A WriteRecords call, checked as far as that goes without knowing the table. What is malformed refuses the whole
/// call; whether AWS does so for each of these or rejects the record alone is open: docs/verify-on-aws.md
///
/// @param commonBytes of the attributes that all records have in common, as AWS meters sizes
record WriteRequest(String database, String table, List<IncomingRecord> records, int commonBytes) {
    static final int RECORDS_MAX = 100;
    static final int DIMENSIONS_MAX = 128;
    static final int MEASURES_MAX = 256;

    private static final String MULTI = "MULTI";
    private static final long VERSION_DEFAULT = 1;
    /// 2262-04-11T23:47:16.854775807Z, the last instant that 64 bits of nanoseconds hold.
    private static final long TIME_NANOS_MAX = Long.MAX_VALUE;
    private static final Map<String, TimeUnit> TIME_UNITS = Map.of("SECONDS", TimeUnit.SECONDS, "MILLISECONDS", TimeUnit.MILLISECONDS,
            "MICROSECONDS", TimeUnit.MICROSECONDS, "NANOSECONDS", TimeUnit.NANOSECONDS);

    WriteRequest {
        records = List.copyOf(records);
    }

    static WriteRequest of(Fields request) {
        List<Fields> records = request.objects("Records");
        if (records.isEmpty() || records.size() > RECORDS_MAX) {
            throw ApiException.validation("Records must hold 1 to %d records, not %d", RECORDS_MAX, records.size());
        }
        Optional<Fields> common = request.optionalObject("CommonAttributes");
        var incoming = new ArrayList<IncomingRecord>(records.size());
        for (Fields record : records) {
            List<Fields> sources = common.map(attributes -> List.of(record, attributes)).orElse(List.of(record));
            incoming.add(merged(incoming.size(), sources));
        }
        return new WriteRequest(request.text("DatabaseName"), request.text("TableName"), incoming, common.map(WriteRequest::bytes).orElse(0));
    }

    /// What the call is metered by, before it is rounded up to a KiB: common attributes count once (Timestream developer
    /// guide, "Metering and cost optimization", writes).
    long meteredBytes() {
        return records.stream().mapToLong(IncomingRecord::bytes).sum() - (records.size() - 1L) * commonBytes;
    }

    private static int bytes(Fields common) {
        int bytes = common.optionalText("MeasureName").map(ColumnNames::bytes).orElse(0) + (common.optionalText("Time").isPresent() ? Long.BYTES : 0);
        for (Fields dimension : common.objects("Dimensions")) {
            bytes += ColumnNames.bytes(dimension.text("Name")) + ColumnNames.bytes(dimension.text("Value"));
        }
        for (Fields value : common.objects("MeasureValues")) {
            MeasureType type = measureType(0, value.text("Type"));
            bytes += ColumnNames.bytes(value.text("Name")) + type.bytes(type.parse(value.text("Name"), value.text("Value")));
        }
        return bytes;
    }

    /// A record's own attribute goes before the common one; dimensions and measures of both are put together.
    private static IncomingRecord merged(int index, List<Fields> sources) {
        String measureName = firstText(sources, "MeasureName").orElseThrow(() -> ApiException.validation("record %d has no MeasureName", index));
        if (measureName.isEmpty()) {
            throw ApiException.validation("record %d has an empty MeasureName", index);
        }
        String type = firstText(sources, "MeasureValueType").orElse(MeasureType.DOUBLE.name());
        boolean multi = type.equals(MULTI);
        List<Measure> measures = multi ? multiMeasures(index, sources) : List.of(singleMeasure(index, sources, measureName, type));
        return new IncomingRecord(index, dimensions(index, sources), measureName, timeNanos(index, sources), version(index, sources), multi, measures);
    }

    private static NavigableMap<String, String> dimensions(int index, List<Fields> sources) {
        var dimensions = new TreeMap<String, String>();
        for (Fields source : sources) {
            for (Fields dimension : source.objects("Dimensions")) {
                dimension.optionalText("DimensionValueType").filter(type -> !type.equals("VARCHAR")).ifPresent(type -> {
                    throw ApiException.validation("record %d: DimensionValueType must be VARCHAR, not %s", index, type);
                });
                String name = requireColumn(index, "dimension", dimension.text("Name"));
                if (dimensions.put(name, dimension.text("Value")) != null) {
                    throw ApiException.validation("record %d has dimension '%s' twice, counting CommonAttributes", index, name);
                }
            }
        }
        if (dimensions.size() > DIMENSIONS_MAX) {
            throw ApiException.validation("record %d has %d dimensions, over %d", index, dimensions.size(), DIMENSIONS_MAX);
        }
        return dimensions;
    }

    private static Measure singleMeasure(int index, List<Fields> sources, String measureName, String typeName) {
        MeasureType type = measureType(index, typeName);
        if (type == MeasureType.TIMESTAMP) {
            throw ApiException.validation("record %d: TIMESTAMP is allowed in MULTI records only", index);
        }
        if (sources.stream().anyMatch(source -> !source.objects("MeasureValues").isEmpty())) {
            throw ApiException.validation("record %d has MeasureValues but MeasureValueType %s", index, typeName);
        }
        String value = firstText(sources, "MeasureValue").orElseThrow(() -> ApiException.validation("record %d has no MeasureValue", index));
        return new Measure(type.singleColumn(), type, type.parse(measureName, value));
    }

    private static List<Measure> multiMeasures(int index, List<Fields> sources) {
        var measures = new ArrayList<Measure>();
        Set<String> names = new HashSet<>();
        for (Fields source : sources) {
            if (source.optionalText("MeasureValue").isPresent()) {
                throw ApiException.validation("record %d is MULTI and has a MeasureValue", index);
            }
            for (Fields value : source.objects("MeasureValues")) {
                String name = requireColumn(index, "measure", value.text("Name"));
                if (!names.add(name)) {
                    throw ApiException.validation("record %d has measure '%s' twice, counting CommonAttributes", index, name);
                }
                MeasureType type = measureType(index, value.text("Type"));
                measures.add(new Measure(name, type, type.parse(name, value.text("Value"))));
            }
        }
        if (measures.isEmpty() || measures.size() > MEASURES_MAX) {
            throw ApiException.validation("record %d must have 1 to %d MeasureValues, not %d", index, MEASURES_MAX, measures.size());
        }
        return measures;
    }

    private static String requireColumn(int index, String what, String name) {
        if (name.isEmpty() || ColumnNames.isReserved(name)) {
            throw ApiException.validation("record %d: %s name '%s' is empty or reserved", index, what, name);
        }
        return name;
    }

    private static MeasureType measureType(int index, String name) {
        try {
            return MeasureType.valueOf(name);
        } catch (IllegalArgumentException _) {
            throw ApiException.validation("record %d: unknown measure type '%s'", index, name);
        }
    }

    private static long timeNanos(int index, List<Fields> sources) {
        String time = firstText(sources, "Time").orElseThrow(() -> ApiException.validation("record %d has no Time", index));
        String unitName = firstText(sources, "TimeUnit").orElse("MILLISECONDS");
        TimeUnit unit = TIME_UNITS.get(unitName);
        if (unit == null) {
            throw ApiException.validation("record %d: unknown TimeUnit '%s'", index, unitName);
        }
        try {
            long count = Long.parseLong(time);
            if (count < 0 || count > unit.convert(TIME_NANOS_MAX, TimeUnit.NANOSECONDS)) {
                throw ApiException.validation("record %d: Time %s %s is not within 1970-01-01 and 2262-04-11", index, time, unitName);
            }
            return unit.toNanos(count);
        } catch (NumberFormatException _) {
            throw ApiException.validation("record %d: Time '%s' is not a whole number", index, time);
        }
    }

    private static long version(int index, List<Fields> sources) {
        long version = sources.stream().flatMap(source -> source.optionalLong("Version").stream()).findFirst().orElse(VERSION_DEFAULT);
        if (version < 1) {
            throw ApiException.validation("record %d: Version must be at least 1, not %d", index, version);
        }
        return version;
    }

    private static Optional<String> firstText(List<Fields> sources, String name) {
        return sources.stream().flatMap(source -> source.optionalText(name).stream()).findFirst();
    }
}
