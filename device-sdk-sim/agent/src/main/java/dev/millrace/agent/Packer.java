package dev.millrace.agent;

import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.util.List;

/// Finds how many readings fit into one message.
final class Packer {
    private final String thing;
    private final String type;
    private final PackCodec codec;
    private final int bytesMax;

    /// @param isFull whether the next reading does not fit any more
    record Packed(Pack pack, byte[] payload, boolean isFull) {
    }

    Packer(String thing, String type, PackCodec codec, int bytesMax) {
        this.thing = thing;
        this.type = type;
        this.codec = codec;
        this.bytesMax = bytesMax;
    }

    /// Packs the longest beginning that is of one epoch and fits, at least one reading. Measures by encoding, because
    /// only the codec knows what a reading takes beside others.
    ///
    /// @param waiting at least one reading, oldest first
    Packed pack(List<Reading> waiting) {
        long epoch = waiting.getFirst().id().epoch();
        int candidates = 0;
        while (candidates < waiting.size() && candidates < Pack.READINGS_MAX && waiting.get(candidates).id().epoch() == epoch) {
            candidates++;
        }
        Pack best = first(candidates, waiting);
        byte[] payload = codec.encode(best);
        int fits = candidates;
        if (payload.length > bytesMax && candidates > 1) {
            fits = 1;
            int tooMany = candidates;
            while (tooMany - fits > 1) {
                int middle = (fits + tooMany) >>> 1;
                if (codec.encode(first(middle, waiting)).length <= bytesMax) {
                    fits = middle;
                } else {
                    tooMany = middle;
                }
            }
            best = first(fits, waiting);
            payload = codec.encode(best);
        }
        boolean isFull = fits < waiting.size() || fits == Pack.READINGS_MAX || payload.length >= bytesMax;
        return new Packed(best, payload, isFull);
    }

    private Pack first(int count, List<Reading> readings) {
        return new Pack(thing, type, readings.getFirst().id().epoch(), readings.subList(0, count));
    }
}
