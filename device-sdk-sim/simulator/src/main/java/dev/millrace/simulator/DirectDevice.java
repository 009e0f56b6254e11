package dev.millrace.simulator;

import dev.millrace.agent.Packer;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A device of a fleet that has neither agents nor journals: sensors, an identity, and the pack that fills. Some hundred
/// bytes, because there are many.
final class DirectDevice {
    private final String thing;
    private final long epoch;
    private final Sensors sensors;
    private final Packer packer;
    private final double resend;
    private final RandomGenerator random;
    private final List<Reading> open = new ArrayList<>(3);
    private long seq;
    private long openedMillis;

    /// @param epoch  as of a device without a journal: a new one at each start
    /// @param resend probability that a pack goes twice, 0 to 1
    DirectDevice(String thing, long epoch, Sensors sensors, Packer packer, double resend, RandomGenerator random) {
        this.thing = thing;
        this.epoch = epoch;
        this.sensors = sensors;
        this.packer = packer;
        this.resend = resend;
        this.random = random;
    }

    /// @param slot          number of the reading in the plan, from 0
    /// @param runningMillis since the start of the readings
    Reading take(int slot, Instant at, long runningMillis) {
        if (open.isEmpty()) {
            openedMillis = runningMillis;
        }
        seq++;
        var reading = new Reading(new ReadingId(thing, epoch, seq), at.toEpochMilli(), sensors.measure(slot, at));
        open.add(reading);
        return reading;
    }

    /// When the oldest reading that is in no pack was taken.
    long openedMillis() {
        return openedMillis;
    }

    int openReadings() {
        return open.size();
    }

    boolean isFull() {
        return open.size() >= packer.enough();
    }

    /// Packs what is open.
    ///
    /// @param isAll whether the last pack goes though it is not full
    List<Outgoing> pack(boolean isAll) {
        List<Outgoing> packs = new ArrayList<>(1);
        while (!open.isEmpty()) {
            Packer.Packed packed = packer.pack(open);
            if (!isAll && !packed.isFull()) {
                return packs;
            }
            int readings = packed.pack().readings().size();
            packs.add(new Outgoing(thing, packed.payload(), new Outgoing.Cargo.Readings(readings, random.nextDouble() < resend)));
            open.subList(0, readings).clear();
        }
        return packs;
    }
}
