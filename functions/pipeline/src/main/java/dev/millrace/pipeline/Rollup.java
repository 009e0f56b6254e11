package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;

/// A pane as it is to stand in the hot store. Writing one after another with a higher version must change nothing.
///
/// The hot path's version is [Pane#readings]. It only grows for one pane, and because a thing's records keep their order,
/// two plans that count the same number of readings in a pane have counted the same ones. A pane that is computed again
/// from the lake has a version above all of these: the generation of the lake's table in the high bits.
///
/// @param version at least 1
public record Rollup(String thing, DeviceType type, Pane pane, long version) {
    private static final int READINGS_BITS = 32;

    public Rollup {
        requireNonNull(thing, "thing is null");
        requireNonNull(type, "type is null");
        requireNonNull(pane, "pane is null");
        if (version < 1) {
            throw new IllegalArgumentException("version of a rollup of %s must be at least 1: %d".formatted(thing, version));
        }
    }

    /// As the hot path counts it.
    public static Rollup counted(String thing, DeviceType type, Pane pane) {
        return new Rollup(thing, type, pane, pane.readings());
    }

    /// As it is computed from the lake.
    ///
    /// @param generation of the table that it was computed from, 1 to 2^31 - 1
    public static Rollup corrected(String thing, DeviceType type, Pane pane, long generation) {
        if (generation < 1 || generation > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("generation must be 1 to %d: %d".formatted(Integer.MAX_VALUE, generation));
        }
        return new Rollup(thing, type, pane, (generation << READINGS_BITS) + pane.readings());
    }
}
