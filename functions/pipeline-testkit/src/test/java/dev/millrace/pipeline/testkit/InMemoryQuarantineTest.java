package dev.millrace.pipeline.testkit;

import dev.millrace.pipeline.Quarantine;
import java.util.List;

class InMemoryQuarantineTest extends QuarantineContract {
    private final InMemoryQuarantine quarantine = new InMemoryQuarantine();

    @Override
    protected Quarantine quarantine() {
        return quarantine;
    }

    @Override
    protected List<Entry> kept(String thing) {
        return quarantine.kept().stream().filter(rejected -> rejected.record().partitionKey().equals(thing)).map(Entry::of).toList();
    }
}
