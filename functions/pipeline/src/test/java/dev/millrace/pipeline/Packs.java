package dev.millrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Packs and records as the tests of functions speak of them.
public final class Packs {
    public static final long NOON = 1_795_003_200_000L;
    public static final DeviceTypes TYPES = DeviceTypes.shipped();
    public static final PackCodec CODEC = PackCodec.jsonV1();

    private Packs() {
    }

    public static Reading reading(String thing, long epoch, long seq, long takenAtMillis, double temperature) {
        return new Reading(new ReadingId(thing, epoch, seq), takenAtMillis, new TreeMap<>(Map.of("temperature_c", temperature)));
    }

    /// Environment readings `firstSeq..lastSeq`, one a second from noon.
    public static StreamRecord record(int number, String thing, long epoch, long firstSeq, long lastSeq) {
        List<Reading> readings = new ArrayList<>();
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            readings.add(reading(thing, epoch, seq, NOON + seq * 1_000, 20 + (double) (seq % 10)));
        }
        return record(number, thing, readings);
    }

    public static StreamRecord record(int number, String thing, List<Reading> readings) {
        ReadingId first = readings.getFirst().id();
        long latest = readings.stream().mapToLong(Reading::takenAtMillis).max().orElseThrow();
        return new StreamRecord(String.valueOf(1_000 + number), thing, latest + 500,
                CODEC.encode(new Pack(first.thing(), "environment", first.epoch(), readings)));
    }

    public static StreamRecord garbage(int number, String thing, String payload) {
        return new StreamRecord(String.valueOf(1_000 + number), thing, NOON, payload.getBytes(UTF_8));
    }

    public static Batch batch(StreamRecord... records) {
        return new Batch("shardId-000000000000", List.of(records));
    }
}
