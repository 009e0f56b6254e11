package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonV1Test {
    private static final PackCodec CODEC = PackCodec.jsonV1();

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
