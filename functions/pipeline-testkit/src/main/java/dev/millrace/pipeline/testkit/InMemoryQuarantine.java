package dev.millrace.pipeline.testkit;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A quarantine keyed as the real one is: one object for a batch and what of it is rejected.
public final class InMemoryQuarantine implements Quarantine {
    private final Map<String, Set<List<RejectedRecord>>> objects = new HashMap<>();

    @Override
    public void keep(Batch batch, List<RejectedRecord> rejected) {
        objects.computeIfAbsent(batch.name(), _ -> new HashSet<>()).add(List.copyOf(rejected));
    }

    /// All that is kept, each record as often as it is in an object.
    public List<RejectedRecord> kept() {
        return objects.values().stream().flatMap(Set::stream).flatMap(List::stream).toList();
    }

    /// The sequence numbers of all records that are kept.
    public Set<String> sequenceNumbers() {
        return kept().stream().map(rejected -> rejected.record().sequenceNumber()).collect(Collectors.toSet());
    }
}
