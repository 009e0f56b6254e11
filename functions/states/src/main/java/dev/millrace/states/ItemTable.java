package dev.millrace.states;

import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.states.StateItems.Got;
import dev.millrace.states.StateItems.Item;
import dev.millrace.states.StateItems.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// [StateItems] with what is left over of a call called again, a bounded number of times.
final class ItemTable {
    private final StateItems items;
    private final Backoff.Pause pause;

    ItemTable(StateItems items, Backoff.Pause pause) {
        this.items = items;
        this.pause = pause;
    }

    /// @param things at most [StateItems#GETS_MAX]
    /// @param random of this call alone, for jitter
    /// @return the items that are there
    List<Item> get(List<String> things, RandomGenerator random) throws SinkUnavailable, InterruptedException {
        var backoff = new Backoff(random, pause);
        List<Item> found = new ArrayList<>(things.size());
        List<String> left = things;
        do {
            Got got = items.get(left);
            found.addAll(got.items());
            left = got.unprocessed();
        } while (!left.isEmpty() && backoff.permitsAnother());
        if (!left.isEmpty()) {
            throw new SinkUnavailable("%d of %d states were not read after %d tries".formatted(left.size(), things.size(), Backoff.TRIES_MAX), null);
        }
        return found;
    }

    /// @param wanted as many as [StateItems#put] takes
    /// @param random of this call alone, for jitter
    /// @return the things whose item is not known to be stored, with why
    Map<String, String> put(List<Item> wanted, RandomGenerator random) throws InterruptedException {
        var backoff = new Backoff(random, pause);
        Map<String, String> open = new LinkedHashMap<>();
        List<Item> untold = new ArrayList<>();
        List<Item> left = wanted;
        do {
            List<Verdict> verdicts = items.put(left);
            List<Item> again = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                Item item = left.get(i);
                open.remove(item.thing());
                switch (verdicts.get(i)) {
                    case Verdict.Stored() -> {
                        // durable
                    }
                    case Verdict.Conflict(Item standing) -> compare(item, standing, open);
                    case Verdict.ConflictUntold() -> untold.add(item);
                    case Verdict.Failed(String why, boolean isRetryable) -> {
                        open.put(item.thing(), why);
                        if (isRetryable) {
                            again.add(item);
                        }
                    }
                }
            }
            left = again;
        } while (!left.isEmpty() && backoff.permitsAnother());
        if (!untold.isEmpty()) {
            readBack(untold, random, open);
        }
        return open;
    }

    /// A put whose answer was lost is repeated, by the SDK or by us; the repetition finds what the first one wrote.
    private static void compare(Item wanted, Item standing, Map<String, String> open) {
        if (!standing.equals(wanted)) {
            open.put(wanted.thing(), "another worker was there: version %d stands, %d was to be stored".formatted(standing.version(), wanted.version()));
        }
    }

    private void readBack(List<Item> untold, RandomGenerator random, Map<String, String> open) throws InterruptedException {
        untold.forEach(item -> open.put(item.thing(), "version %d does not stand there".formatted(item.version() - 1)));
        try {
            Map<String, Item> standing = new LinkedHashMap<>();
            get(untold.stream().map(Item::thing).toList(), random).forEach(item -> standing.put(item.thing(), item));
            for (Item item : untold) {
                if (standing.containsKey(item.thing())) {
                    open.remove(item.thing());
                    compare(item, standing.get(item.thing()), open);
                }
            }
        } catch (SinkUnavailable e) {
            untold.forEach(item -> open.put(item.thing(), "another worker or a repetition was there, and which cannot be read: " + e.getMessage()));
        }
    }
}
