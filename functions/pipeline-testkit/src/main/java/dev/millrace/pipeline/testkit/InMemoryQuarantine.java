package dev.millrace.pipeline.testkit;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A quarantine keyed as the real one is: one object a batch.
public final class InMemoryQuarantine implements Quarantine {
    private final Map<String, List<RejectedRecord>> objects = new HashMap<>();

    @Override
    public void keep(Batch batch, List<RejectedRecord> rejected) {
        objects.put(batch.name(), List.copyOf(rejected));
    }

    /// All that is kept, each record as often as it is in an object.
    public List<RejectedRecord> kept() {
        return objects.values().stream().flatMap(List::stream).toList();
    }

    /// The sequence numbers of all records that are kept.
    public Set<String> sequenceNumbers() {
        Set<String> numbers = new HashSet<>();
        objects.values().forEach(kept -> kept.forEach(rejected -> numbers.add(rejected.record().sequenceNumber())));
        return numbers;
    }
}
