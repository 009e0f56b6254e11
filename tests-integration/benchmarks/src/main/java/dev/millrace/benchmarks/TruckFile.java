package dev.millrace.benchmarks;

import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A fleet of trucks as JSON lines in the order in which the stream would take them: each truck takes a reading a second
/// and sends a message when a pack is full. Some messages come a second time, some minutes later; some readings are out
/// of range; some lines are cut off. The same settings give the same bytes.
final class TruckFile {
    /// The usual shares, see the options of [Bench].
    static final double DUPLICATES = 0.02;
    static final double OUT_OF_RANGE = 0.001;
    static final double MALFORMED = 0.001;
    private static final long START_MILLIS = 1_795_000_000_000L;
    private static final int REPEATED_LATER_MAX = 5_000;
    private static final double IMPOSSIBLE_RPM = 65_535;

    private final long readings;
    private final int pack;
    private final int things;
    private final long seed;
    private final double duplicates;
    private final double outOfRange;
    private final double malformed;
    private final PackCodec codec = PackCodec.jsonV1();

    /// @param readings   to write, duplicates not counted
    /// @param pack       readings a message
    /// @param things     trucks
    /// @param duplicates share of messages that come twice, 0 to 1
    /// @param outOfRange share of readings, 0 to 1
    /// @param malformed  share of further lines that are no message, 0 to 1
    TruckFile(long readings, int pack, int things, long seed, double duplicates, double outOfRange, double malformed) {
        this.readings = required("--readings", readings, 1, 1_000_000_000);
        this.pack = (int) required("--pack", pack, 1, Pack.READINGS_MAX);
        this.things = (int) required("--things", things, 1, 1_000_000);
        this.seed = seed;
        this.duplicates = share("--duplicates", duplicates);
        this.outOfRange = share("--out-of-range", outOfRange);
        this.malformed = share("--malformed", malformed);
    }

    private static long required(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s not in %d..%d: %d".formatted(option, min, max, value));
        }
        return value;
    }

    private static double share(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s must be a share from 0 to 1: %s".formatted(option, value));
        }
        return value;
    }

    /// @return what a pass over the file must count
    Counts write(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            return new Writing(out).write();
        }
    }

    /// A message that is to come again once so many more were written.
    private record Repeated(long due, byte[] line, int readings) {
    }

    private final class Writing {
        private final OutputStream out;
        private final SplittableRandom random = new SplittableRandom(seed);
        private final List<Truck> trucks = new ArrayList<>();
        private final Deque<Repeated> repeated = new ArrayDeque<>();
        private long messages;
        private Counts counts = Counts.ZERO;

        Writing(OutputStream out) {
            this.out = out;
            for (int number = 1; number <= things; number++) {
                trucks.add(new Truck("truck-%05d".formatted(number), random.split()));
            }
        }

        Counts write() throws IOException {
            long left = readings;
            while (left > 0) {
                int size = (int) Math.min(left, pack);
                writeMessage(trucks.get((int) (messages % things)), size);
                left -= size;
                messages++;
                repeat(messages);
            }
            repeat(Long.MAX_VALUE);
            return counts;
        }

        private void writeMessage(Truck truck, int size) throws IOException {
            List<Reading> taken = new ArrayList<>(size);
            int rejected = 0;
            for (int i = 0; i < size; i++) {
                boolean isOut = random.nextDouble() < outOfRange;
                rejected += isOut ? 1 : 0;
                taken.add(truck.take(isOut));
            }
            byte[] line = codec.encode(new Pack(truck.thing, "truck", 1, taken));
            writeLine(line);
            counts = counts.plus(new Counts(size - rejected, 0, rejected));
            if (random.nextDouble() < duplicates) {
                repeated.add(new Repeated(messages + 1 + random.nextInt(REPEATED_LATER_MAX), line, size));
            }
            if (random.nextDouble() < malformed) {
                writeLine(Arrays.copyOf(line, random.nextInt(1, line.length)));
                counts = counts.plus(new Counts(0, 0, 1));
            }
        }

        private void repeat(long until) throws IOException {
            while (!repeated.isEmpty() && repeated.getFirst().due <= until) {
                Repeated one = repeated.removeFirst();
                writeLine(one.line);
                counts = counts.plus(new Counts(0, one.readings, 0));
            }
        }

        private void writeLine(byte[] line) throws IOException {
            out.write(line);
            out.write('\n');
        }
    }

    /// A truck on a straight road: enough to give numbers of the usual lengths.
    private static final class Truck {
        private final String thing;
        private final SplittableRandom random;
        private final long phaseMillis;
        private double lat;
        private double lon;
        private double fuelPct;
        private long seq;

        Truck(String thing, SplittableRandom random) {
            this.thing = thing;
            this.random = random;
            phaseMillis = random.nextInt(1_000);
            lat = random.nextDouble(42, 58);
            lon = random.nextDouble(-1, 24);
            fuelPct = random.nextDouble(40, 100);
        }

        Reading take(boolean isOutOfRange) {
            double speedKmh = random.nextDouble(60, 95);
            lat = Math.min(66, lat + speedKmh * 2e-6);
            lon = Math.min(40, lon + speedKmh * 1e-6);
            fuelPct = fuelPct < 10 ? 100 : fuelPct - 0.001;
            SortedMap<String, Double> measures = new TreeMap<>();
            measures.put("speed_kmh", rounded(speedKmh, 10));
            measures.put("rpm", isOutOfRange ? IMPOSSIBLE_RPM : rounded(random.nextDouble(950, 1_650), 1));
            measures.put("coolant_c", rounded(random.nextDouble(82, 92), 10));
            measures.put("fuel_pct", rounded(fuelPct, 10));
            measures.put("lat", rounded(lat, 100_000));
            measures.put("lon", rounded(lon, 100_000));
            seq++;
            return new Reading(new ReadingId(thing, 1, seq), START_MILLIS + phaseMillis + seq * 1_000, measures);
        }

        private static double rounded(double value, int parts) {
            return Math.round(value * parts) / (double) parts;
        }
    }
}
