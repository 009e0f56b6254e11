package dev.millrace.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Takes the function to steady state and measures it. A round is at least one pass over the whole input by fresh
/// instances of the function, repeated until it has taken a while, then the same with the AWS clients, and then the same for
/// tokenising: what else the machine does hits all alike. Of the measured rounds the median counts.
final class Measurement {
    private static final double STEADY_CHANGE = 0.05;
    private static final int WARM_UP_ROUNDS_MIN = 3;
    private static final int WARM_UP_ROUNDS_MAX = 20;
    private static final int MEASURED_ROUNDS_MIN = 3;

    private final List<List<KinesisEventBytes>> shards;
    private final List<List<KinesisEventBytes>> limits;
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
    /// @param limits   the same as JSON, to be tokenised
    /// @param progress told of each round
    Measurement(List<List<KinesisEventBytes>> shards, List<List<KinesisEventBytes>> limits, Pace pace, Consumer<String> progress) {
        this.shards = List.copyOf(shards);
        this.limits = List.copyOf(limits);
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

    /// The rounds so far, of each kind as many.
    private static final class Rounds {
        private final List<Sample> encoded = new ArrayList<>();
        private final List<Sample> clients = new ArrayList<>();
        private final List<Sample> tokenise = new ArrayList<>();
        private Race.Effort total = Race.Effort.NONE;

        int count() {
            return encoded.size();
        }
    }

    BenchResult run() throws IOException, InterruptedException {
        try (Race race = new Race(shards.size())) {
            boolean isSteady = warmUp(race);
            var rounds = new Rounds();
            while (rounds.count() < MEASURED_ROUNDS_MIN || rounds.total.nanos() < pace.measured.toNanos()) {
                round("measured", race, rounds);
            }
            return result(rounds, isSteady);
        }
    }

    private boolean warmUp(Race race) throws IOException, InterruptedException {
        var rounds = new Rounds();
        while (rounds.count() < WARM_UP_ROUNDS_MIN || (rounds.count() < WARM_UP_ROUNDS_MAX && rounds.total.nanos() < pace.warmUpMax.toNanos())) {
            round("warm-up", race, rounds);
            if (rounds.count() >= WARM_UP_ROUNDS_MIN && isSteady(rounds.encoded) && isSteady(rounds.clients) && isSteady(rounds.tokenise)) {
                return true;
            }
        }
        return false;
    }

    private void round(String phase, Race race, Rounds rounds) throws IOException, InterruptedException {
        Sample encoded = ingestRound(race, IngestWork.Border.ENCODED);
        Sample clients = ingestRound(race, IngestWork.Border.CLIENTS);
        Sample tokenise = tokeniseRound(race, encoded.counts);
        if (!encoded.counts.equals(clients.counts)) {
            throw new IllegalStateException("not the same work: %s, through the clients %s".formatted(encoded.counts, clients.counts));
        }
        rounds.encoded.add(encoded);
        rounds.clients.add(clients);
        rounds.tokenise.add(tokenise);
        rounds.total = rounds.total.plus(encoded.effort).plus(clients.effort).plus(tokenise.effort);
        progress.accept("%s %d: %,.0f readings/s, through the clients %,.0f, tokenising %,.0f".formatted(phase, rounds.count(),
                encoded.readingsPerSecond(encoded.counts), clients.readingsPerSecond(encoded.counts), tokenise.readingsPerSecond(encoded.counts)));
    }

    private static boolean isSteady(List<Sample> samples) {
        Sample last = samples.getLast();
        Sample before = samples.get(samples.size() - 2);
        return Math.abs(last.readingsPerSecond(last.counts) / before.readingsPerSecond(last.counts) - 1) < STEADY_CHANGE;
    }

    private Sample ingestRound(Race race, IngestWork.Border border) throws IOException, InterruptedException {
        Race.Effort effort = Race.Effort.NONE;
        int passes = 0;
        Counts counts;
        long sentBytes;
        do {
            List<IngestWork> works = shards.stream().map(events -> new IngestWork(events, border)).toList();
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
        long records = limits.stream().flatMap(List::stream).mapToLong(KinesisEventBytes::records).sum();
        Race.Effort effort = Race.Effort.NONE;
        int passes = 0;
        do {
            List<TokeniseWork> works = limits.stream().map(TokeniseWork::new).toList();
            effort = effort.plus(race.run(works));
            passes++;
            long found = works.stream().mapToLong(TokeniseWork::records).sum();
            if (found != records) {
                throw new IllegalStateException("tokenising found %d of %d records".formatted(found, records));
            }
        } while (effort.nanos() < pace.round.toNanos());
        return new Sample(passes, effort, counts, 0);
    }

    private BenchResult result(Rounds rounds, boolean isSteady) {
        Counts counts = rounds.encoded.getLast().counts;
        long payloadBytes = shards.stream().flatMap(List::stream).mapToLong(KinesisEventBytes::payloadBytes).sum();
        return new BenchResult(counts, (double) payloadBytes / counts.readings(), figures(rounds.encoded, counts), figures(rounds.clients, counts),
                median(rounds.tokenise, counts), isSteady);
    }

    private BenchResult.Figures figures(List<Sample> samples, Counts counts) {
        Race.Effort total = Race.Effort.NONE;
        long passes = 0;
        for (Sample sample : samples) {
            total = total.plus(sample.effort);
            passes += sample.passes;
        }
        double readingsPerSecond = median(samples, counts);
        return new BenchResult.Figures(readingsPerSecond, 1e9 * shards.size() / readingsPerSecond,
                (double) total.allocatedBytes() / passes / counts.readings(), (double) samples.getLast().sentBytes / counts.readings(),
                (double) total.cpuNanos() / total.nanos());
    }

    private static double median(List<Sample> samples, Counts counts) {
        double[] sorted = samples.stream().mapToDouble(sample -> sample.readingsPerSecond(counts)).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
