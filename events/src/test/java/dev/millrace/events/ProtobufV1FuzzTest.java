package dev.millrace.events;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufV1FuzzTest {
    private static final PackCodec CODEC = PackCodec.protobufV1();

    static Stream<byte[]> seeds() {
        return CodecProperties.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesArePackOrReasonAndAPackSurvives(byte[] payload) {
        CodecProperties.requireHold(CODEC, payload);
    }
}
