package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a thing sends, right or wrong.
///
/// @param sender the thing whose certificate sent it
record Payload(String sender, byte[] bytes) {
    private static final PackCodec CODEC = PackCodec.jsonV1();

    static Payload text(String sender, String text) {
        return new Payload(sender, text.getBytes(UTF_8));
    }

    static Payload pack(String sender, Reading... readings) {
        return claiming(sender, sender, readings);
    }

    /// As [#pack], with the name of a thing that may be another one.
    static Payload claiming(String sender, String claimed, Reading... readings) {
        return new Payload(sender, CODEC.encode(new Pack(claimed, "environment", readings[0].id().epoch(), List.of(readings))));
    }

    /// Readings 1 to `count` of epoch 1, taken one a second and the last one just now.
    static Payload readings(String thing, int count) {
        long now = System.currentTimeMillis();
        List<Reading> readings = new ArrayList<>();
        for (int seq = 1; seq <= count; seq++) {
            readings.add(reading(thing, seq, now - (count - seq) * 1_000L, 20 + seq % 10));
        }
        return pack(thing, readings.toArray(Reading[]::new));
    }

    /// A reading of epoch 1.
    static Reading reading(String thing, long seq, long takenAtMillis, double temperature) {
        return new Reading(new ReadingId(thing, 1, seq), takenAtMillis, new TreeMap<>(Map.of("temperature_c", temperature)));
    }

    String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
