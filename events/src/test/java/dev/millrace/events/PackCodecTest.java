package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every format.
class PackCodecTest {
    static Stream<PackCodec> codecs() {
        return Stream.of(PackCodec.jsonV1(), PackCodec.protobufV1(), PackCodec.anyFormat());
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void anyPackSurvivesEncodingAndDecoding(PackCodec codec) {
        var random = new SplittableRandom(11);
        for (int round = 0; round < 2_000; round++) {
            Pack pack = RandomPacks.any(random);

            assertThat(codec.decode(codec.encode(pack))).as("round %d", round).isEqualTo(new Decoded.Telemetry(pack));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void noBytesThatAreBentThrow(PackCodec codec) {
        var random = new SplittableRandom(7);
        List<byte[]> payloads = Stream.concat(Samples.valid().stream(), Samples.validProtobuf().stream()).map(Samples.Sample::payload).toList();
        for (int round = 0; round < 20_000; round++) {
            byte[] bent = RandomPacks.bent(payloads.get(random.nextInt(payloads.size())), random);

            assertThat(codec.decode(bent)).as("round %d", round).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void aMegabyteOfNothingIsMalformed(PackCodec codec) {
        assertThat(codec.decode(new byte[1 << 20])).isInstanceOf(Decoded.Malformed.class);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void aReadingOfMoreMeasuresThanCanBeReadIsNotWritten(PackCodec codec) {
        assertThat(codec.decode(codec.encode(packOf(PackCodec.MEASURES_MAX)))).isEqualTo(new Decoded.Telemetry(packOf(PackCodec.MEASURES_MAX)));

        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(packOf(PackCodec.MEASURES_MAX + 1)))
                .withMessage("more than 256 measures in a reading: t-1/1/1");
    }

    private static Pack packOf(int measures) {
        var values = new TreeMap<String, Double>();
        for (int i = 0; i < measures; i++) {
            values.put("m_" + i, (double) i);
        }
        return new Pack("t-1", "truck", 1, List.of(new Reading(new ReadingId("t-1", 1, 1), 1, values)));
    }
}
