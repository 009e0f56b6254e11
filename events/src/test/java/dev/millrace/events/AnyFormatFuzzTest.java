package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class AnyFormatFuzzTest {
    private static final PackCodec JSON = PackCodec.jsonV1();
    private static final PackCodec PROTOBUF = PackCodec.protobufV1();
    private static final PackCodec ANY = PackCodec.anyFormat();

    static Stream<byte[]> seeds() {
        return CodecProperties.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest
    void noBytesAreAPackOfTwoFormatsAndNoPackIsOverlooked(byte[] payload) {
        CodecProperties.requireHold(ANY, payload);
        Decoded json = JSON.decode(payload);
        Decoded protobuf = PROTOBUF.decode(payload);

        assertThat(json instanceof Decoded.Malformed || protobuf instanceof Decoded.Malformed).isTrue();
        if (!(json instanceof Decoded.Malformed)) {
            assertThat(ANY.decode(payload)).isEqualTo(json);
        }
        if (!(protobuf instanceof Decoded.Malformed)) {
            assertThat(ANY.decode(payload)).isEqualTo(protobuf);
        }
    }
}
