package dev.millrace.agent;

import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.util.List;

/// Finds how many readings fit into one message. Measures by encoding, because only the codec knows what a reading takes
/// beside others; guesses from the last pack, so that it takes two or three encodings and not ten.
public final class Packer {
    /// After so many guesses it halves, which ends for certain.
    private static final int GUESSES_MAX = 4;

    private final String thing;
    private final String type;
    private final PackCodec codec;
    private int bytesMax;
    private int lastFull = 32;

    /// What fits into one message.
    ///
    /// @param isFull whether the next reading does not fit any more
    public record Packed(Pack pack, byte[] payload, boolean isFull) {
    }

    /// @param type     name of the device type
    /// @param bytesMax of a payload, unless a single reading is larger
    public Packer(String thing, String type, PackCodec codec, int bytesMax) {
        this.thing = thing;
        this.type = type;
        this.codec = codec;
        this.bytesMax = bytesMax;
    }

    /// From the next pack on.
    void bytesMax(int value) {
        bytesMax = value;
    }

    /// So many readings are enough for a full pack, most likely.
    public int enough() {
        return Math.min(Pack.READINGS_MAX + 1, 2 * lastFull + 1);
    }

    /// Packs the longest beginning that is of one epoch and fits, at least one reading.
    ///
    /// @param waiting at least one reading, oldest first
    public Packed pack(List<Reading> waiting) {
        int candidates = candidates(waiting);
        int fits = 0;
        int tooMany = candidates + 1;
        byte[] payload = null;
        int count = Math.min(candidates, lastFull);
        for (int tries = 1; tooMany - fits > 1; tries++) {
            byte[] encoded = codec.encode(first(count, waiting));
            if (encoded.length <= bytesMax || count == 1) {
                fits = count;
                payload = encoded;
            } else {
                tooMany = count;
            }
            count = next(fits, tooMany, (long) count * bytesMax / encoded.length, tries);
        }
        boolean isFull = fits < waiting.size() || fits == Pack.READINGS_MAX || payload.length >= bytesMax;
        if (tooMany <= candidates) {
            lastFull = fits;
        }
        return new Packed(first(fits, waiting), payload, isFull);
    }

    private static int next(int fits, int tooMany, long guess, int tries) {
        int lowest = fits + 1;
        int highest = Math.max(lowest, tooMany - 1);
        return tries < GUESSES_MAX ? Math.clamp(guess, lowest, highest) : (lowest + highest) >>> 1;
    }

    private static int candidates(List<Reading> waiting) {
        long epoch = waiting.getFirst().id().epoch();
        int candidates = 0;
        while (candidates < waiting.size() && candidates < Pack.READINGS_MAX && waiting.get(candidates).id().epoch() == epoch) {
            candidates++;
        }
        return candidates;
    }

    private Pack first(int count, List<Reading> readings) {
        return new Pack(thing, type, readings.getFirst().id().epoch(), readings.subList(0, count));
    }
}
