package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Limits;
import java.time.Duration;

/// How a history is set up: drawn once from its seed, so that calm, rough and odd worlds all occur.
///
/// @param devices           how many there are
/// @param packsEach         packs that each of them makes, repeats not counted
/// @param shards            of the stream at the start
/// @param reshards          splits and merges to come
/// @param limits            of the things' states; often so small that they are passed
/// @param batchMax          records in a batch
/// @param faults            how many faults there are at most; after them all goes well, so that a history ends
/// @param faultPercent      chance that a call of a port fails in one of its ways
/// @param slowPercent       chance at each step of a thread that its caller waits no longer
/// @param sweeps            rounds of the sweep over idle things
/// @param timeoutPercent    chance at each step that an invocation is given up while it goes on as a zombie
/// @param redeliverPercent  chance that a settled batch is delivered again
/// @param oddPercent        chance that a device sends what is to be rejected
/// @param repeatPercent     chance that a device sends a pack again
/// @param attemptsMax       deliveries of a batch before it goes to the on-failure destination; 0 for no bound
/// @param hotStoreRetention age at which the hot store refuses a row
record Weather(int devices, int packsEach, int shards, int reshards, Limits limits, int batchMax, int faults, int faultPercent,
        int slowPercent, int sweeps, int timeoutPercent, int redeliverPercent, int oddPercent, int repeatPercent, int attemptsMax, Duration hotStoreRetention) {

    /// Room for a truck's pane, or for two of an environment sensor.
    private static final int PANES_BYTES = 750;

    static Weather draw(Chance chance) {
        boolean calm = chance.oneIn(10);
        Limits limits = chance.oneIn(2) ? Limits.DEFAULT
                : new Limits(chance.between(2, 5), chance.between(1, 3), chance.oneIn(2) ? PANES_BYTES * chance.between(1, 5) : Limits.DEFAULT.panesBytesMax());
        return new Weather(
                chance.between(1, 5), chance.between(2, 14), chance.between(1, 3), chance.between(0, 3), limits,
                chance.pickInt(1, 3, 6, 12, 30), calm ? 0 : chance.between(1, 40), chance.pickInt(3, 10, 25),
                chance.pickInt(0, 0, 2, 8), chance.between(0, 6),
                chance.pickInt(0, 0, 3, 15, 30), chance.pickInt(0, 5, 20), chance.pickInt(0, 8, 25), chance.pickInt(0, 10, 40),
                chance.oneIn(4) ? chance.between(1, 4) : 0, Duration.ofDays(chance.pickInt(3, 29, 365)));
    }
}
