package dev.millrace.archive;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.Inspection;
import dev.millrace.pipeline.Inspector;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.LandedRows;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// From a batch to its objects: one for each device type.
final class Archive {
    private final PackCodec codec;
    private final DeviceTypes types;
    private final Lake lake;

    /// @param landed readings by device type
    record Outcome(Fate fate, Map<String, Long> landed, long rejected) {
        long readings() {
            return landed.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    Archive(PackCodec codec, DeviceTypes types, Lake lake) {
        this.codec = requireNonNull(codec, "codec is null");
        this.types = requireNonNull(types, "types is null");
        this.lake = requireNonNull(lake, "lake is null");
    }

    Outcome process(Batch batch) {
        var inspector = new Inspector(codec, types);
        Map<String, LandedRows> byType = new TreeMap<>();
        long rejected = 0;
        for (StreamRecord record : batch.records()) {
            switch (inspector.inspect(record)) {
                case Inspection.Refused(_) -> rejected++;
                case Inspection.Swept() -> {
                    // the time passes for the hot store alone
                }
                case Inspection.Legible(DeviceType type, List<Inspection.Inspected> readings) -> {
                    LandedRows landed = byType.computeIfAbsent(type.name(), _ -> new LandedRows(type));
                    for (Inspection.Inspected inspected : readings) {
                        if (inspected.rejection().isPresent()) {
                            rejected++;
                        } else {
                            landed.add(inspected.reading(), record.arrivedAtMillis());
                        }
                    }
                }
            }
        }
        Map<String, Long> counts = new TreeMap<>();
        try {
            for (LandedRows landed : byType.values()) {
                if (!landed.isEmpty()) {
                    lake.land(batch, landed.type(), landed);
                    counts.put(landed.type().name(), (long) landed.size());
                }
            }
        } catch (SinkUnavailable e) {
            return new Outcome(new Fate.RetryFrom(batch.first().sequenceNumber(), e.getMessage()), Map.of(), 0);
        }
        return new Outcome(new Fate.Settled(), counts, rejected);
    }
}
