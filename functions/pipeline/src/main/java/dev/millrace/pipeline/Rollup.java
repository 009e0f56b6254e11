package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;

/// A pane as it is to stand in the hot store. Writing an older one after a newer one must change nothing:
/// [Pane#readings] is the version. It only grows for one pane, and because a thing's records keep their order, two
/// plans that count the same number of readings in a pane have counted the same ones.
public record Rollup(String thing, DeviceType type, Pane pane) {
    public Rollup {
        requireNonNull(thing, "thing is null");
        requireNonNull(type, "type is null");
        requireNonNull(pane, "pane is null");
    }
}
