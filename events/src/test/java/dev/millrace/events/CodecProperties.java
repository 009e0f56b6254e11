package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;

/// What holds for a codec whatever the bytes are.
final class CodecProperties {
    private static final int REASON_LENGTH_MAX = 2_000;

    private CodecProperties() {
    }

    /// Bytes to begin with: the samples of all formats.
    static Stream<byte[]> seeds() {
        return Stream.of(Samples.valid(), Samples.invalid(), Samples.validProtobuf(), Samples.invalidProtobuf())
                .flatMap(samples -> samples.stream().map(Samples.Sample::payload));
    }

    /// Decoding does not throw; a reason fits into a line; a pack survives encoding and decoding.
    static void requireHold(PackCodec codec, byte[] payload) {
        switch (codec.decode(payload)) {
            case Decoded.Malformed(String reason) -> assertThat(reason).isNotBlank().hasSizeLessThan(REASON_LENGTH_MAX);
            case Decoded.UnknownVersion(String version) -> assertThat(version).hasSizeLessThan(REASON_LENGTH_MAX);
            case Decoded.Telemetry(Pack pack) -> {
                byte[] again = codec.encode(pack);
                if (again.length <= Pack.BYTES_MAX) {
                    assertThat(codec.decode(again)).isEqualTo(new Decoded.Telemetry(pack));
                }
            }
        }
    }
}
