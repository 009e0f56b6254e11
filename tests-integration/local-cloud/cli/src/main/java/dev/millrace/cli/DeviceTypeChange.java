package dev.millrace.cli;

import dev.millrace.events.DeviceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A device type before and after, and what of the change would break readers (docs/schema-evolution.md).
record DeviceTypeChange(String file, DeviceType before, DeviceType after) {
    List<SchemaBreach> breaches() {
        List<SchemaBreach> breaches = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            breaches.add(breach("name", before.name(), after.name(), "the type's name names its tables and folders: put it back, and add another type", false));
        }
        columns(breaches);
        for (DeviceType.Measure measure : before.measures()) {
            after.measure(measure.name()).ifPresent(now -> measure(measure, now, breaches));
        }
        shorter("allowed_lateness", before.allowedLateness(), after.allowedLateness(), breaches);
        shorter("max_age", before.maxAge(), after.maxAge(), breaches);
        shorter("max_skew", before.maxSkew(), after.maxSkew(), breaches);
        if (!before.pane().equals(after.pane())) {
            breaches.add(breach("pane", before.pane().toString(), after.pane().toString(),
                    "stored panes keep their length, and queries that merge panes meet both: put it back", true));
        }
        return breaches;
    }

    /// What was there must be there in its order, and new ones only behind it.
    private void columns(List<SchemaBreach> breaches) {
        List<String> names = after.measures().stream().map(DeviceType.Measure::name).toList();
        List<String> kept = new ArrayList<>();
        for (int place = 0; place < before.measures().size(); place++) {
            String name = before.measures().get(place).name();
            if (names.contains(name)) {
                kept.add(name);
            } else {
                breaches.add(breach(name, "measure %d".formatted(place + 1), "not there",
                        "its column stays: put it back with \"retired\": true (a renamed measure is that, and a new one at the end)", false));
            }
        }
        List<String> keptNow = names.stream().filter(kept::contains).toList();
        for (int place = 0; place < kept.size(); place++) {
            if (!kept.get(place).equals(keptNow.get(place))) {
                breaches.add(breach(kept.get(place), "measures in the order " + kept, "in the order " + keptNow, "columns are never reordered: put the order back", false));
                break;
            }
        }
        int end = kept.isEmpty() ? 0 : names.indexOf(keptNow.getLast());
        for (String added : names.subList(0, end)) {
            if (!kept.contains(added)) {
                breaches.add(breach(added, "not there", "before " + keptNow.getLast(), "new columns come last: move it behind " + keptNow.getLast(), false));
            }
        }
    }

    private void measure(DeviceType.Measure was, DeviceType.Measure is, List<SchemaBreach> breaches) {
        if (!was.unit().equals(is.unit())) {
            breaches.add(breach(was.name() + ".unit", was.unit(), is.unit(),
                    "stored values would be misread: put it back; a measure in another unit is another measure, at the end", false));
        }
        if (is.min() > was.min()) {
            breaches.add(breach(was.name() + ".min", Double.toString(was.min()), Double.toString(is.min()), "readings that were taken would be rejected: widen it", true));
        }
        if (is.max() < was.max()) {
            breaches.add(breach(was.name() + ".max", Double.toString(was.max()), Double.toString(is.max()), "readings that were taken would be rejected: widen it", true));
        }
    }

    private void shorter(String member, Duration was, Duration is, List<SchemaBreach> breaches) {
        if (is.compareTo(was) < 0) {
            breaches.add(breach(member, was.toString(), is.toString(), "readings that were taken would be rejected or late: put it back", true));
        }
    }

    private SchemaBreach breach(String what, String was, String is, String remedy, boolean isAllowable) {
        return new SchemaBreach(file, before.name() + "." + what, was, is, remedy, isAllowable);
    }
}
