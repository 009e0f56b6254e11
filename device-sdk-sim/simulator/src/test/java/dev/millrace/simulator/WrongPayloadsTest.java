package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Decoded;
import dev.millrace.events.PackCodec;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WrongPayloadsTest {
    @ParameterizedTest
    @EnumSource(Profile.class)
    void nothingMalformedIsAPackAndNoTwoAreTheSame(Profile profile) {
        var payloads = new WrongPayloads(new SplittableRandom(1), profile, PackCodec.protobufV1(), 1_795_000_000_000L);
        Set<String> seen = new HashSet<>();
        for (int number = 1; number <= 2_000; number++) {
            byte[] payload = payloads.malformed(profile.thing(number % 7 + 1), number);

            assertThat(PackCodec.anyFormat().decode(payload)).as("number %d", number).isNotInstanceOf(Decoded.Telemetry.class);
            assertThat(seen.add(Base64.getEncoder().encodeToString(payload))).as("number %d", number).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void everythingSpoofedIsAPackOfTheOtherThing(Profile profile) {
        var payloads = new WrongPayloads(new SplittableRandom(1), profile, PackCodec.protobufV1(), 1_795_000_000_000L);
        for (int number = 1; number <= 100; number++) {
            assertThat(PackCodec.protobufV1().decode(payloads.spoofed("other-1", number))).isInstanceOfSatisfying(Decoded.Telemetry.class,
                    telemetry -> assertThat(telemetry.pack().thing()).isEqualTo("other-1"));
        }
    }
}
