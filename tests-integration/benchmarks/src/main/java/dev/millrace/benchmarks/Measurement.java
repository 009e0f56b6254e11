package dev.millrace.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Takes the function to steady state and measures it. A round is at least one pass over the whole input by fresh
/// instances of the function, repeated until it has taken a while, and then the same for tokenising: what else the machine
/// does hits both alike. Of the measured rounds the median counts.
final class Measurement {
    private static final double STEADY_CHANGE = 0.05;
    private static final int WARM_UP_ROUNDS_MIN = 3;
    private static final int WARM_UP_ROUNDS_MAX = 20;
    private static final int MEASURED_ROUNDS_MIN = 3;

    private final List<List<KinesisEventBytes>> shards;
    private final Pace pace;
    private final Consumer<String> progress;

    /// @param round     how long a round takes at least
    /// @param warmUpMax warming up ends then, steady or not
    /// @param measured  how long measuring takes at least
    record Pace(Duration round, Duration warmUpMax, Duration measured) {
        Pace {
            requireNonNull(round, "round is null");
            requireNonNull(warmUpMax, "warmUpMax is null");
            requireNonNull(measured, "measured is null");
        }
    }

    /// @param shards   the events of each shard; each has its own thread and its own instance of the function
    /// @param progress told of each round
    Measurement(List<List<KinesisEventBytes>> shards, Pace pace, Consumer<String> progress) {
        this.shards = List.copyOf(shards);
        this.pace = requireNonNull(pace, "pace is null");
        this.progress = requireNonNull(progress, "progress is null");
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("no shard to measure");
        }
    }

    /// @param sentBytes of the requests to the sinks, in one pass
    private record Sample(int passes, Race.Effort effort, Counts counts, long sentBytes) {
        double readingsPerSecond(Counts counts) {
            return 1e9 * passes * counts.readings() / effort.nanos();
        }
    }

    BenchResult run() throws IOException, InterruptedException {
        try (Race race = new Race(shards.size())) {
            boolean isSteady = warmUp(race);
            List<Sample> ingest = new ArrayList<>();
            List<Sample> tokenise = new ArrayList<>();
            Race.Effort total = Race.Effort.NONE;
            while (ingest.size() < MEASURED_ROUNDS_MIN || total.nanos() < pace.measured.toNanos()) {
                ingest.add(ingestRound(race));
                tokenise.add(tokeniseRound(race, ingest.getLast().counts));
                total = total.plus(ingest.getLast().effort).plus(tokenise.getLast().effort);
                report("measured", ingest, tokenise);
            }
            return result(ingest, tokenise, isSteady);
        }
    }

    private boolean warmUp(Race race) throws IOException, InterruptedException {
        List<Sample> ingest = new ArrayList<>();
        List<Sample> tokenise = new ArrayList<>();
        Race.Effort total = Race.Effort.NONE;
        while (ingest.size() < WARM_UP_ROUNDS_MIN || (ingest.size() < WARM_UP_ROUNDS_MAX && total.nanos() < pace.warmUpMax.toNanos())) {
            ingest.add(ingestRound(race));
            tokenise.add(tokeniseRound(race, ingest.getLast().counts));
            total = total.plus(ingest.getLast().effort).plus(tokenise.getLast().effort);
            report("warm-up", ingest, tokenise);
            if (ingest.size() >= WARM_UP_ROUNDS_MIN && isSteady(ingest) && isSteady(tokenise)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSteady(List<Sample> samples) {
        Sample last = samples.getLast();
        Sample before = samples.get(samples.size() - 2);
        return Math.abs(last.readingsPerSecond(last.counts) / before.readingsPerSecond(last.counts) - 1) < STEADY_CHANGE;
    }

    private void report(String phase, List<Sample> ingest, List<Sample> tokenise) {
        Counts counts = ingest.getLast().counts;
        progress.accept("%s %d: %,.0f readings/s, tokenising %,.0f".formatted(phase, ingest.size(),
                ingest.getLast().readingsPerSecond(counts), tokenise.getLast().readingsPerSecond(counts)));
    }

    private Sample ingestRound(Race race) throws IOException, InterruptedException {
        Race.Effort effort = Race.Effort.NONE;
        int passes = 0;
        Counts counts;
        long sentBytes;
        do {
            List<IngestWork> works = shards.stream().map(IngestWork::new).toList();
            effort = effort.plus(race.run(works));
            passes++;
            counts = Counts.ZERO;
            for (IngestWork work : works) {
                counts = counts.plus(work.counts());
            }
            sentBytes = works.stream().mapToLong(IngestWork::sentBytes).sum();
        } while (effort.nanos() < pace.round.toNanos());
        return new Sample(passes, effort, counts, sentBytes);
    }

    private Sample tokeniseRound(Race race, Counts counts) throws IOException, InterruptedException {
        long records = shards.stream().flatMap(List::stream).mapToLong(KinesisEventBytes::records).sum();
        Race.Effort effort = Race.Effort.NONE;
        int passes = 0;
        do {
            List<TokeniseWork> works = shards.stream().map(TokeniseWork::new).toList();
            effort = effort.plus(race.run(works));
            passes++;
            long found = works.stream().mapToLong(TokeniseWork::records).sum();
            if (found != records) {
                throw new IllegalStateException("tokenising found %d of %d records".formatted(found, records));
            }
        } while (effort.nanos() < pace.round.toNanos());
        return new Sample(passes, effort, counts, 0);
    }

    private BenchResult result(List<Sample> ingest, List<Sample> tokenise, boolean isSteady) {
        Counts counts = ingest.getLast().counts;
        Race.Effort total = Race.Effort.NONE;
        long passes = 0;
        for (Sample sample : ingest) {
            total = total.plus(sample.effort);
            passes += sample.passes;
        }
        long payloadBytes = shards.stream().flatMap(List::stream).mapToLong(KinesisEventBytes::payloadBytes).sum();
        double readingsPerSecond = median(ingest, counts);
        return new BenchResult(counts, readingsPerSecond, readingsPerSecond * payloadBytes / counts.readings() / 1e6,
                1e9 * shards.size() / readingsPerSecond, (double) total.allocatedBytes() / passes / counts.readings(),
                median(tokenise, counts), (double) total.cpuNanos() / total.nanos(), (double) ingest.getLast().sentBytes / counts.readings(), isSteady);
    }

    private static double median(List<Sample> samples, Counts counts) {
        double[] sorted = samples.stream().mapToDouble(sample -> sample.readingsPerSecond(counts)).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
