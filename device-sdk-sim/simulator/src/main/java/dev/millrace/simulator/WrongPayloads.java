package dev.millrace.simulator;

import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Payloads as broken, misconfigured or malicious devices send them. Each number gives other bytes. What is malformed
/// is broken JSON whatever the fleet speaks; what is spoofed is as good as any pack of the fleet.
final class WrongPayloads {
    private static final int KINDS = 10;
    private static final int NEWER_VERSION = 2;
    private static final PackCodec JSON = PackCodec.jsonV1();

    private final RandomGenerator random;
    private final Profile profile;
    private final PackCodec codec;
    private final long firstMillis;

    /// @param codec       of what is spoofed
    /// @param firstMillis instant of the first payload; each later one is a millisecond after
    WrongPayloads(RandomGenerator random, Profile profile, PackCodec codec, long firstMillis) {
        this.random = random;
        this.profile = profile;
        this.codec = codec;
        this.firstMillis = firstMillis;
    }

    /// A pack as the other thing would have sent it.
    ///
    /// @param number from 1
    byte[] spoofed(String otherThing, int number) {
        return codec.encode(valid(otherThing, number));
    }

    /// As what the payload of this number is quarantined.
    static Injection.Reason reasonOfMalformed(int number) {
        return number % KINDS == NEWER_VERSION ? Injection.Reason.unknown_version : Injection.Reason.malformed;
    }

    /// @param number from 1; goes round the kinds of damage
    byte[] malformed(String thing, int number) {
        byte[] valid = JSON.encode(valid(thing, number));
        String text = new String(valid, StandardCharsets.UTF_8);
        return switch (number % KINDS) {
            case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length - 20, valid.length));
            case 1 -> notUtf8(valid);
            case NEWER_VERSION -> bytes(text.replace("\"v\":1", "\"v\":2"));
            case 3 -> bytes(text.replaceFirst("(\"m\":\\{\"\\w+\":)[^,}]+", "$1NaN"));
            case 4 -> bytes(text.replaceFirst("\"seq\":\\d+", "\"seq\":0"));
            case 5 -> bytes(text + text);
            case 6 -> bytes(text.replaceFirst("\"ts\":(\\d+)", "\"ts\":\"$1\""));
            case 7 -> bytes("temp=%d;%s".formatted(number, thing));
            case 8 -> bytes(text.replaceFirst("\"m\":\\{[^}]*\\}", "\"m\":{}"));
            default -> bytes(text.replaceFirst("\\{", "{\"firmware\":\"" + number + "\","));
        };
    }

    private Pack valid(String thing, int number) {
        long takenAtMillis = firstMillis + number;
        var measures = new TreeMap<String, Double>();
        profile.type().measuresInUse().forEach(measure -> measures.put(measure.name(),
                Signals.rounded(random.nextDouble(measure.min(), measure.max()), 1)));
        var reading = new Reading(new ReadingId(thing, 1, number), takenAtMillis, measures);
        return new Pack(thing, profile.name(), 1, List.of(reading));
    }

    private static byte[] notUtf8(byte[] valid) {
        byte[] bent = valid.clone();
        bent[new String(valid, StandardCharsets.UTF_8).indexOf("\"device\":\"") + "\"device\":\"".length()] = (byte) 0xFF;
        return bent;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
