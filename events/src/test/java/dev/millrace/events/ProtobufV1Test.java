package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufV1Test {
    private static final PackCodec CODEC = PackCodec.protobufV1();

    static Stream<Samples.Sample> invalid() {
        return Samples.invalidProtobuf().stream();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidSampleIsMalformedAndSaysWhy(Samples.Sample sample) {
        assertThat(CODEC.decode(sample.payload()))
                .isInstanceOfSatisfying(Decoded.Malformed.class, malformed -> assertThat(malformed.reason()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nan               | measure rpm of truck-00042/3/17 is not finite: NaN
            seq-zero          | seq of truck-00042 not in 1..9007199254740991: 0
            seq-overflow      | step 9223372036854775807 from 9007199254740991 is out of 64 bits
            ts-negative       | takenAtMillis of truck-00042/3/18 is negative: -1
            measure-twice     | measure 'rpm' comes twice
            value-missing     | 1 values, expected 2
            presence-short    | presence has 1 bytes, expected a bit for each of 1 measures of 9 readings
            presence-padding  | presence has bits after its end
            seq-steps-missing | 1 steps of seq, expected none or 2 as of ts
            two-packs         | field 1 comes twice
            group             | field 15 has wire type 3, which proto3 does not know
            wire-type         | field 2 must have wire type 2: 0
            integer-overlong  | integer of more than 64 bits
            length-huge       | cut off: 9223372036854775807 bytes expected, 0 left
            version-last      | payload must begin with field version, byte 0x08: 0x12
            empty             | payload must begin with field version, byte 0x08: nothing
            """)
    void theReasonNamesWhatWasExpectedAndWhatCame(String name, String reason) {
        Samples.Sample sample = Samples.invalidProtobuf().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();

        assertThat(CODEC.decode(sample.payload())).isEqualTo(new Decoded.Malformed(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"environment-single", "environment-pack", "truck-single"})
    void aSampleSaysTheSameAsItsTwinInJson(String name) {
        assertThat(CODEC.decode(Samples.validProtobuf(name).payload())).isInstanceOf(Decoded.Telemetry.class)
                .isEqualTo(PackCodec.jsonV1().decode(Samples.valid(name).payload()));
    }

    @Test
    void gapsAndMeasuresThatSomeReadingsLackAreKept() {
        Pack pack = ((Decoded.Telemetry) CODEC.decode(Samples.validProtobuf("truck-gaps").payload())).pack();

        assertThat(pack.readings()).containsExactly(
                new Reading(new ReadingId("truck-00042", 3, 17), 1_795_000_001_000L, new TreeMap<>(Map.of("rpm", 1_400.0, "speed_kmh", 88.1))),
                new Reading(new ReadingId("truck-00042", 3, 21), 1_795_000_002_010L, new TreeMap<>(Map.of("speed_kmh", 88.4))),
                new Reading(new ReadingId("truck-00042", 3, 19), 1_795_000_001_990L, new TreeMap<>(Map.of("rpm", 1_380.0, "tyre_pressure_kpa", 810.5))));
    }

    @Test
    void whatANewerDeviceAddsIsSkipped() {
        assertThat(CODEC.decode(Samples.validProtobuf("newer-device").payload()))
                .isEqualTo(CODEC.decode(Samples.validProtobuf("environment-single").payload()));
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "0, 0", "127, 127"})
    void anotherVersionIsNotMistakenForGarbageWhateverFollows(byte version, String shown) {
        assertThat(CODEC.decode(new byte[]{8, version, -1, -1, -1})).isEqualTo(new Decoded.UnknownVersion(shown));
    }

    @Test
    void everyBeginningOfASampleIsMalformed() {
        byte[] whole = Samples.validProtobuf("truck-gaps").payload();
        for (int length = 0; length < whole.length; length++) {
            assertThat(CODEC.decode(Arrays.copyOf(whole, length))).as("%d bytes", length).isInstanceOf(Decoded.Malformed.class);
        }
    }

    @Test
    void aThousandReadingsFitAndOneMoreIsMalformed() {
        byte[] full = CODEC.encode(pack(Pack.READINGS_MAX));
        assertThat(CODEC.decode(full)).isEqualTo(new Decoded.Telemetry(pack(Pack.READINGS_MAX)));

        byte[] over = Arrays.copyOf(full, full.length + 2);
        over[full.length] = 8 << 3;
        assertThat(CODEC.decode(over)).isEqualTo(new Decoded.Malformed("more than 1000 readings"));
    }

    @Test
    void aPayloadOverTheLimitOfAMessageIsMalformed() {
        byte[] over = Arrays.copyOf(Samples.validProtobuf("truck-single").payload(), Pack.BYTES_MAX + 1);

        assertThat(CODEC.decode(over)).isEqualTo(new Decoded.Malformed("payload has 131073 bytes, more than 131072"));
    }

    private static Pack pack(int count) {
        List<Reading> readings = new ArrayList<>();
        for (int seq = 1; seq <= count; seq++) {
            readings.add(new Reading(new ReadingId("t-1", 1, seq), 1_795_000_000_000L + seq, new TreeMap<>(Map.of("rpm", (double) seq))));
        }
        return new Pack("t-1", "truck", 1, readings);
    }
}
