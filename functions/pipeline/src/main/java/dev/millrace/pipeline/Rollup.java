package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

/// A pane as it is to stand in the hot store. Writing an older one after a newer one must change nothing:
/// [Pane#readings] is the version. It only grows for one pane, and because a thing's records keep their order, two
/// plans that count the same number of readings in a pane have counted the same ones.
public record Rollup(String thing, Pane pane) {
    public Rollup {
        requireNonNull(thing, "thing is null");
        requireNonNull(pane, "pane is null");
    }
}
