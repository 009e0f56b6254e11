package dev.millrace.benchmarks;

import dev.millrace.states.StateItems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A table of encoded states in memory, as conditional as the real one.
final class StatesInMemory implements StateItems {
    private final Map<String, Item> items = new HashMap<>();
    private long bytes;

    @Override
    public synchronized Got get(List<String> things) {
        List<Item> found = new ArrayList<>(things.size());
        for (String thing : things) {
            Item item = items.get(thing);
            if (item != null) {
                found.add(item);
            }
        }
        return new Got(found, List.of());
    }

    @Override
    public synchronized List<Verdict> put(List<Item> some) {
        List<Verdict> verdicts = new ArrayList<>(some.size());
        for (Item item : some) {
            Item standing = items.get(item.thing());
            if ((standing == null ? 0 : standing.version()) == item.version() - 1) {
                items.put(item.thing(), item);
                bytes += item.body().length;
                verdicts.add(new Verdict.Stored());
            } else {
                verdicts.add(standing == null ? new Verdict.ConflictUntold() : new Verdict.Conflict(standing));
            }
        }
        return verdicts;
    }

    /// Of all that was stored.
    synchronized long bytes() {
        return bytes;
    }
}
