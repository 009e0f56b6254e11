package dev.millrace.events;

import static java.util.Objects.requireNonNull;

/// Where the measures of readings stand in their device type. Readings of one kind share the array of names, so the
/// answer of the last reading is mostly that of the next one. Not for more than one thread.
public final class MeasurePlaces {
    private final DeviceType type;
    private Measures last;
    private int[] places;

    public MeasurePlaces(DeviceType type) {
        this.type = requireNonNull(type, "type is null");
    }

    public DeviceType type() {
        return type;
    }

    /// For each measure its index in [DeviceType#measures], or -1 if the type does not know it.
    ///
    /// @return not to be changed
    public int[] of(Measures measures) {
        if (last == null || !measures.sharesNamesOf(last)) {
            places = new int[measures.size()];
            for (int i = 0; i < places.length; i++) {
                places[i] = type.indexOf(measures.name(i));
            }
            last = measures;
        }
        return places;
    }
}
