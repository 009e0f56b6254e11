package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.RejectedRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Quarantine: an object is replaced as a whole by the next write of its key. The key names the batch and what of it is
/// rejected: when the batch comes again after some of its things were committed, it is less.
final class QuarantineBucket {
    private final World world;
    private final Map<String, List<RejectedRecord>> objects = new TreeMap<>();

    QuarantineBucket(World world) {
        this.world = world;
    }

    void put(Batch batch, List<RejectedRecord> rejected) {
        List<String> content = rejected.stream().map(QuarantineBucket::named).toList();
        objects.put(batch.name() + content, List.copyOf(rejected));
        world.log("quarantine holds %s: %s", batch.name(), content);
    }

    private static String named(RejectedRecord rejected) {
        return "%s %s %d%s".formatted(rejected.record().sequenceNumber(), rejected.rejection().reason(), rejected.epoch(), rejected.seqs());
    }

    /// All entries of all objects.
    Stream<RejectedRecord> entries() {
        return objects.values().stream().flatMap(List::stream);
    }
}
