package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.RejectedRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Quarantine: an object is replaced as a whole by the next write of its key.
final class QuarantineBucket {
    /// What the key of an object names.
    enum Keys {
        /// The batch's cut alone, see [OpenDefectsTest].
        CUT,
        /// The batch's cut and which of its records and readings are kept, so that a retry that finds some of them
        /// committed does not replace the object with a smaller one.
        CUT_AND_ENTRIES
    }

    private final World world;
    private final Keys keys;
    private final Map<String, List<RejectedRecord>> objects = new TreeMap<>();

    QuarantineBucket(World world, Keys keys) {
        this.world = world;
        this.keys = keys;
    }

    void put(Batch batch, List<RejectedRecord> rejected) {
        String key = switch (keys) {
            case CUT -> batch.name();
            case CUT_AND_ENTRIES -> batch.name() + rejected.stream().map(QuarantineBucket::named).toList();
        };
        objects.put(key, List.copyOf(rejected));
        world.log("quarantine holds %s: %s", batch.name(), rejected.stream().map(QuarantineBucket::named).toList());
    }

    private static String named(RejectedRecord rejected) {
        return "%s %s %d%s".formatted(rejected.record().sequenceNumber(), rejected.rejection().reason(), rejected.epoch(), rejected.seqs());
    }

    /// All entries of all objects.
    Stream<RejectedRecord> entries() {
        return objects.values().stream().flatMap(List::stream);
    }
}
