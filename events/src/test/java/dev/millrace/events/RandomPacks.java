package dev.millrace.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Packs as a test could not think of them: any seq, any instant, any value, measures that some readings lack.
final class RandomPacks {
    private RandomPacks() {
    }

    static Pack any(RandomGenerator random) {
        long epoch = random.nextLong(1, ReadingId.EPOCH_MAX + 1);
        boolean isGapless = random.nextBoolean();
        long seq = random.nextLong(1, ReadingId.SEQ_MAX - 10);
        List<Reading> readings = new ArrayList<>();
        for (int left = random.nextInt(1, 7); left > 0; left--) {
            var measures = new TreeMap<String, Double>();
            for (int measure = random.nextInt(1, 5); measure > 0; measure--) {
                double value = Double.longBitsToDouble(random.nextLong());
                measures.put("m_" + random.nextInt(12), Double.isFinite(value) ? value : measure);
            }
            seq = isGapless ? seq + 1 : random.nextLong(1, ReadingId.SEQ_MAX + 1);
            long takenAtMillis = random.nextLong() >>> random.nextInt(1, 40);
            readings.add(new Reading(new ReadingId("t-1", epoch, seq), takenAtMillis, measures));
        }
        return new Pack("t-1", "truck", epoch, readings);
    }

    /// The payload with some of its bytes changed, and cut off now and then.
    static byte[] bent(byte[] payload, RandomGenerator random) {
        byte[] bent = random.nextInt(4) == 0 ? Arrays.copyOf(payload, random.nextInt(payload.length + 1)) : payload.clone();
        for (int left = random.nextInt(4); left > 0 && bent.length > 0; left--) {
            bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
        }
        return bent;
    }
}
