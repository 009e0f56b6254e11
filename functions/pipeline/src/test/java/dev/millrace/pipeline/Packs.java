package dev.millrace.pipeline;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Packs and records as the tests of this package speak of them.
final class Packs {
    static final long NOON = 1_795_003_200_000L;
    static final DeviceTypes TYPES = DeviceTypes.shipped();
    static final PackCodec CODEC = PackCodec.jsonV1();

    private Packs() {
    }

    static Reading reading(String thing, long epoch, long seq, long takenAtMillis, double temperature) {
        return new Reading(new ReadingId(thing, epoch, seq), takenAtMillis, new TreeMap<>(java.util.Map.of("temperature_c", temperature)));
    }

    /// Environment readings `firstSeq..lastSeq`, one a second from noon.
    static StreamRecord record(int number, String thing, long epoch, long firstSeq, long lastSeq) {
        List<Reading> readings = new ArrayList<>();
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            readings.add(reading(thing, epoch, seq, NOON + seq * 1_000, 20 + (double) (seq % 10)));
        }
        return record(number, thing, readings);
    }

    static StreamRecord record(int number, String thing, List<Reading> readings) {
        ReadingId first = readings.getFirst().id();
        long latest = readings.stream().mapToLong(Reading::takenAtMillis).max().orElseThrow();
        return new StreamRecord(String.valueOf(1_000 + number), thing, latest + 500,
                CODEC.encode(new Pack(first.thing(), "environment", first.epoch(), readings)));
    }

    static StreamRecord garbage(int number, String thing, String payload) {
        return new StreamRecord(String.valueOf(1_000 + number), thing, NOON, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Batch batch(StreamRecord... records) {
        return new Batch("shardId-000000000000", List.of(records));
    }
}
