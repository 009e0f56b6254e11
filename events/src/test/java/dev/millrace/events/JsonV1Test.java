package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonV1Test {
    private static final PackCodec CODEC = PackCodec.jsonV1();
    private static final String BENDS = "0123456789.-eE\"{}[],: \nv_aZ\\";

    static Stream<Samples.Sample> valid() {
        return Samples.valid().stream();
    }

    static Stream<Samples.Sample> invalid() {
        return Samples.invalid().stream();
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidSampleSurvivesDecodingAndEncoding(Samples.Sample sample) {
        Pack pack = decoded(sample.payload());

        assertThat(decoded(CODEC.encode(pack))).isEqualTo(pack);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidSampleIsMalformedAndSaysWhy(Samples.Sample sample) {
        Decoded decoded = CODEC.decode(sample.payload());

        assertThat(decoded).isInstanceOfSatisfying(Decoded.Malformed.class, malformed -> assertThat(malformed.reason()).isNotBlank());
    }

    @Test
    void aSinglePackHoldsWhatTheSampleSays() {
        Pack pack = decoded(Samples.valid("truck-single").payload());

        assertThat(pack.type()).isEqualTo("truck");
        Reading reading = pack.readings().getFirst();
        assertThat(reading.id()).isEqualTo(new ReadingId("truck-00042", 3, 17));
        assertThat(reading.takenAtMillis()).isEqualTo(1_795_000_001_000L);
        assertThat(reading.measures()).containsEntry("lon", 13.405).hasSize(6);
    }

    @Test
    void aNewerVersionIsNotMistakenForGarbage() {
        byte[] payload = "{\"v\":2,\"device\":{\"id\":\"x\"},\"anything\":[1,2]}".getBytes(UTF_8);

        assertThat(CODEC.decode(payload)).isEqualTo(new Decoded.UnknownVersion("2"));
    }

    @Test
    void aMegabyteOfNothingIsMalformed() {
        assertThat(CODEC.decode(new byte[1 << 20])).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void moreReadingsThanAPackMayHoldAreMalformed() {
        var payload = new StringBuilder("{\"v\":1,\"type\":\"truck\",\"device\":\"t\",\"epoch\":1,\"readings\":[");
        for (int i = 1; i <= Pack.READINGS_MAX + 1; i++) {
            payload.append(i == 1 ? "" : ",").append("{\"seq\":").append(i).append(",\"ts\":1,\"m\":{\"rpm\":1}}");
        }

        Decoded decoded = CODEC.decode(payload.append("]}").toString().getBytes(UTF_8));

        assertThat(decoded).isEqualTo(new Decoded.Malformed("more than 1000 readings"));
    }

    @Test
    void deepNestingIsMalformedWhereverItStands() {
        for (String start : List.of("", "{\"v\":1,\"x\":", "{\"v\":1,\"m\":{\"rpm\":", "{\"v\":1,\"readings\":")) {
            for (String nest : List.of("[", "{\"a\":")) {
                byte[] payload = (start + nest.repeat((Pack.BYTES_MAX - start.length()) / nest.length())).getBytes(UTF_8);

                assertThat(CODEC.decode(payload)).as(start + nest).isInstanceOf(Decoded.Malformed.class);
            }
        }
    }

    @Test
    void theFastWayReadsWhatTheReferenceReadsOrGivesUp() {
        var random = new SplittableRandom(13);
        var fast = new JsonV1Fast();
        List<Samples.Sample> samples = new ArrayList<>(Samples.valid());
        samples.addAll(Samples.invalid().stream().filter(sample -> sample.payload().length > 0).toList());
        int taken = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] payload = samples.get(random.nextInt(samples.size())).payload().clone();
            for (int bend = random.nextInt(3); bend > 0; bend--) {
                payload[random.nextInt(payload.length)] = (byte) BENDS.charAt(random.nextInt(BENDS.length()));
            }
            Pack pack = fast.decode(payload);
            if (pack != null) {
                taken++;
                assertThat(JsonV1.decodeStrictly(payload)).as(() -> new String(payload, UTF_8)).isEqualTo(new Decoded.Telemetry(pack));
            }
        }
        assertThat(taken).isGreaterThan(10_000);
    }

    @Test
    void theFastWayTakesEveryValidSample() {
        for (Samples.Sample sample : Samples.valid()) {
            assertThat(new JsonV1Fast().decode(sample.payload())).as(sample.name()).isEqualTo(decoded(sample.payload()));
        }
    }

    @Test
    void theFastWayReadsNumbersToTheLastBit() {
        var random = new SplittableRandom(17);
        var fast = new JsonV1Fast();
        for (int round = 0; round < 100_000; round++) {
            String number = switch (random.nextInt(4)) {
                case 0 -> Long.toString(random.nextLong(-(1L << 50), 1L << 50));
                case 1 -> Double.toString(random.nextDouble(-1_000, 1_000));
                case 2 -> "%d.%d".formatted(random.nextInt(100_000), random.nextInt(1_000_000));
                default -> "-0.%0" + (1 + random.nextInt(14)) + "d";
            };
            byte[] payload = "{\"v\":1,\"type\":\"truck\",\"device\":\"t\",\"epoch\":1,\"seq\":1,\"ts\":1,\"m\":{\"x\":%s}}"
                    .formatted(number.startsWith("-0.%") ? number.formatted(random.nextInt(10)) : number).getBytes(UTF_8);
            Pack pack = fast.decode(payload);
            if (pack != null) {
                assertThat(JsonV1.decodeStrictly(payload)).as(number).isEqualTo(new Decoded.Telemetry(pack));
            }
        }
    }

    @Test
    void aMegabyteOfWhiteSpaceIsMalformed() {
        assertThat(CODEC.decode(" ".repeat(1 << 20).getBytes(UTF_8))).isEqualTo(
                new Decoded.Malformed("payload has 1048576 bytes, more than 131072"));
        assertThat(CODEC.decode(" ".repeat(Pack.BYTES_MAX).getBytes(UTF_8))).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void aNumberTooSmallForADoubleIsZero() {
        assertThat(decoded("{\"v\":1,\"type\":\"t\",\"device\":\"t\",\"epoch\":1,\"seq\":1,\"ts\":1,\"m\":{\"a\":1e-999}}".getBytes(UTF_8))
                .readings().getFirst().measures()).containsEntry("a", 0.0);
    }

    private static Pack decoded(byte[] payload) {
        Decoded decoded = CODEC.decode(payload);
        assertThat(decoded).isInstanceOf(Decoded.Telemetry.class);
        return ((Decoded.Telemetry) decoded).pack();
    }
}
