package dev.millrace.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnyFormatTest {
    private static final PackCodec ANY = PackCodec.anyFormat();

    @Test
    void eachSampleIsReadAsItsOwnFormatReadsIt() {
        for (Samples.Sample sample : Samples.valid()) {
            assertThat(ANY.decode(sample.payload())).as(sample.name()).isEqualTo(PackCodec.jsonV1().decode(sample.payload()))
                    .isInstanceOf(Decoded.Telemetry.class);
        }
        for (Samples.Sample sample : Samples.validProtobuf()) {
            assertThat(ANY.decode(sample.payload())).as(sample.name()).isEqualTo(PackCodec.protobufV1().decode(sample.payload()))
                    .isInstanceOf(Decoded.Telemetry.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"not a pack, 0x6e", "[], 0x5b", "\u00ef\u00bb\u00bf{, 0xef", "\u0009 x, 0x78"})
    void whatIsOfNoFormatSaysWithWhichByteItBegins(String payload, String firstByte) {
        assertThat(ANY.decode(payload.strip().getBytes(ISO_8859_1))).isEqualTo(
                new Decoded.Malformed("payload begins with byte " + firstByte + ", expected { of JSON or 0x08 of Protobuf"));
    }

    @Test
    void nothingIsMalformed() {
        assertThat(ANY.decode(new byte[0])).isEqualTo(new Decoded.Malformed("payload is empty"));
    }

    @Test
    void newerVersionsOfBothFormatsAreNotMistakenForGarbage() {
        assertThat(ANY.decode("{\"v\":2}".getBytes(ISO_8859_1))).isEqualTo(new Decoded.UnknownVersion("2"));
        assertThat(ANY.decode(new byte[]{8, 2, 99, 99})).isEqualTo(new Decoded.UnknownVersion("2"));
    }

    @Test
    void itWritesWhatAPersonCanRead() {
        Pack pack = ((Decoded.Telemetry) ANY.decode(Samples.validProtobuf("truck-single").payload())).pack();

        assertThat(ANY.encode(pack)).isEqualTo(PackCodec.jsonV1().encode(pack));
        assertThat(ANY.contentType()).isEqualTo("application/json");
    }
}
