package dev.millrace.pipeline.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Sweep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// A device with its journal and its bad habits: it repeats packs whole or packed anew, holds readings back, skips
/// seqs, loses its journal, has a wrong clock, and now and then sends what nobody should take.
///
/// Two of its readings never share a row of the hot store: that limit is documented (decision 0003), not simulated.
final class SimulatedDevice {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// A reading in the journal, and as which type it was taken.
    private record Taken(Reading reading, DeviceType type) {
    }

    private final World world;
    private final Transit transit;
    private final PackCodec codec;
    private final List<DeviceType> types;
    private final String thing;
    private final DeviceType type;
    private final long paceMillis;
    private final long skewMillis;
    private final List<Taken> taken = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final Set<Long> rows = new HashSet<>();
    private long epoch = 1;
    private long seq;
    private int packsLeft;
    private long nextMillis;

    SimulatedDevice(World world, Transit transit, PackCodec codec, DeviceTypes types, String thing) {
        this.world = world;
        this.transit = transit;
        this.codec = codec;
        this.types = List.copyOf(types.all());
        this.thing = thing;
        this.type = world.chance().pick(this.types);
        this.paceMillis = world.chance().pick(List.of(700L, 5_000L, 60_000L, 600_000L));
        long ahead = world.chance().between(0, type.maxSkew().toMillis());
        this.skewMillis = world.chance().pick(List.of(0L, 0L, ahead, -ahead));
        this.packsLeft = world.weather().packsEach();
        this.nextMillis = world.nowMillis() + world.chance().between(0, paceMillis);
    }

    boolean isDone() {
        return packsLeft == 0;
    }

    boolean isDue() {
        return packsLeft > 0 && nextMillis <= world.nowMillis();
    }

    long nextMillis() {
        return packsLeft == 0 ? Long.MAX_VALUE : nextMillis;
    }

    /// Takes readings, sends a pack, and perhaps something else.
    void act() {
        Chance chance = world.chance();
        packsLeft--;
        nextMillis = world.nowMillis() + chance.between(0, 2 * paceMillis);
        if (chance.percent(world.weather().oddPercent())) {
            sendOdd();
        }
        DeviceType spoken = chance.oneIn(12) ? chance.pick(types) : type;
        List<Reading> fresh = take(chance.pickInt(1, 1, 2, 3, 6), spoken);
        send(spoken, fresh);
        while (chance.percent(world.weather().repeatPercent())) {
            repeat();
        }
        if (chance.oneIn(12)) {
            world.log("%s loses its journal", thing);
            epoch++;
            seq = 0;
            taken.clear();
        } else if (chance.oneIn(12)) {
            seq += chance.between(1, 4);
        }
    }

    private List<Reading> take(int count, DeviceType spoken) {
        Chance chance = world.chance();
        List<Reading> fresh = new ArrayList<>();
        long clockMillis = world.nowMillis() + skewMillis + leapMillis(spoken);
        for (int i = 1; i <= count; i++) {
            seq++;
            long takenAtMillis = clockMillis - (count - i) * paceMillis;
            if (chance.oneIn(5)) {
                takenAtMillis -= takenAtMillis % MINUTE;
            }
            fresh.add(new Reading(new ReadingId(thing, epoch, seq), apart(takenAtMillis), measures(spoken)));
        }
        return fresh;
    }

    /// A clock that is wrong for a while: up to and beyond what is allowed ahead, and behind up to and beyond the
    /// greatest age, the bounds themselves included.
    private long leapMillis(DeviceType spoken) {
        Chance chance = world.chance();
        if (!chance.percent(world.weather().oddPercent())) {
            return 0;
        }
        long bound = chance.oneIn(2) ? spoken.maxSkew().toMillis() - skewMillis : -spoken.maxAge().toMillis() - skewMillis;
        return chance.pick(List.of(bound, bound + chance.between(-1_000L, 1_000L), bound + chance.between(-2 * MINUTE, 60 * MINUTE)));
    }

    private long apart(long takenAtMillis) {
        long millis = takenAtMillis;
        while (!rows.add(millis * NANOS_PER_MILLI + seq % NANOS_PER_MILLI)) {
            millis++;
        }
        return millis;
    }

    /// Multiples of a quarter, so that any order of adding them gives the same sum.
    private SortedMap<String, Double> measures(DeviceType spoken) {
        Chance chance = world.chance();
        SortedMap<String, Double> measures = new TreeMap<>();
        for (DeviceType.Measure measure : spoken.measures()) {
            if (chance.oneIn(3)) {
                continue;
            }
            double middle = Math.rint((measure.min() + measure.max()) / 2);
            double value = middle + chance.between(-40, 40) / 4.0;
            if (chance.percent(world.weather().oddPercent() / 4)) {
                value = chance.pick(List.of(measure.min(), measure.max(), measure.min() - 0.25, measure.max() + 0.25, 1e12));
            }
            measures.put(measure.name(), value);
        }
        if (measures.isEmpty() || chance.oneIn(8)) {
            measures.put("unheard_of", chance.between(-1_000_000, 1_000_000) / 4.0);
        }
        return measures;
    }

    private void send(DeviceType spoken, List<Reading> fresh) {
        Chance chance = world.chance();
        List<Reading> now = new ArrayList<>(fresh);
        fresh.forEach(reading -> taken.add(new Taken(reading, spoken)));
        if (fresh.size() > 1 && chance.oneIn(6)) {
            Reading held = now.remove(chance.between(0, now.size() - 1));
            sendPack(spoken, List.of(held));
        }
        if (chance.oneIn(8)) {
            chance.shuffle(now);
        }
        if (chance.oneIn(20)) {
            now.add(now.getFirst());
        }
        sendPack(spoken, now);
    }

    /// A repeat is a pack as it was sent, or readings of this journal packed anew.
    private void repeat() {
        Chance chance = world.chance();
        if (taken.isEmpty() || chance.oneIn(2)) {
            transit.send(thing, chance.pick(sent));
            return;
        }
        int from = chance.between(0, taken.size() - 1);
        int to = chance.between(from + 1, Math.min(taken.size(), from + 6));
        DeviceType spoken = taken.get(from).type;
        sendPack(spoken, taken.subList(from, to).stream().filter(one -> one.type.equals(spoken)).map(Taken::reading).toList());
    }

    private void sendPack(DeviceType spoken, List<Reading> readings) {
        byte[] payload = codec.encode(new Pack(thing, spoken.name(), readings.getFirst().id().epoch(), readings));
        sent.add(payload);
        transit.send(thing, payload);
    }

    private void sendOdd() {
        Chance chance = world.chance();
        var reading = new Reading(new ReadingId("another", 1, chance.between(1, 9)), world.nowMillis(), measures(type));
        byte[] spoofed = codec.encode(new Pack("another", type.name(), 1, List.of(reading)));
        byte[] odd = switch (chance.between(0, 6)) {
            case 0 -> chance.bytes(chance.between(0, 12));
            case 1 -> Arrays.copyOf(spoofed, chance.between(0, spoofed.length - 1));
            case 6 -> Sweep.payload();
            case 2 -> "{\"v\":2,\"anything\":[]}".getBytes(UTF_8);
            case 3 -> new String(spoofed, UTF_8).replace("\"another\"", "\"" + thing + "\"").replace(type.name(), "teapot").getBytes(UTF_8);
            default -> spoofed;
        };
        transit.send(thing, odd);
    }
}
