package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What a reading takes on the wire; prints the table of `docs/architecture.md`, "Formats".
class PackSizesTest {
    private static final List<Integer> READINGS = List.of(1, 10, 50);

    @Test
    void aReadingInProtobufTakesAtMostSixTenthsOfWhatItTakesInJson() {
        System.out.println("| device type | readings | JSON, bytes a reading | Protobuf, bytes a reading |\n|---|---|---|---|");
        for (DeviceType type : DeviceTypes.shipped().all()) {
            for (int count : READINGS) {
                Pack pack = pack(type, count);
                int json = PackCodec.jsonV1().encode(pack).length;
                int protobuf = PackCodec.protobufV1().encode(pack).length;
                System.out.printf("| %s | %d | %.1f | %.1f |%n", type.name(), count, json / (double) count, protobuf / (double) count);

                assertThat(count == 1 ? protobuf : protobuf / 0.6).as("%d readings of %s", count, type.name()).isLessThan(json);
            }
        }
    }

    @Test
    void aFurtherReadingTakesItsValuesAndTwoBytes() {
        DeviceType truck = DeviceTypes.shipped().require("truck");
        int many = PackCodec.protobufV1().encode(pack(truck, 41)).length - PackCodec.protobufV1().encode(pack(truck, 40)).length;

        assertThat(many).isEqualTo(truck.measures().size() * Double.BYTES + 2);
    }

    /// One reading a second with all measures of its type, as sensors round them: one decimal, positions six.
    private static Pack pack(DeviceType type, int count) {
        RandomGenerator random = new SplittableRandom(1);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var measures = new TreeMap<String, Double>();
            for (DeviceType.Measure measure : type.measures()) {
                double unit = measure.name().equals("lat") || measure.name().equals("lon") ? 1e6 : 10;
                measures.put(measure.name(), Math.rint(random.nextDouble(measure.min(), measure.max()) * unit) / unit);
            }
            readings.add(new Reading(new ReadingId(type.name() + "-00042", 3, 1_000 + i), 1_795_000_000_000L + 1_000L * i, measures));
        }
        return new Pack(type.name() + "-00042", type.name(), 3, readings);
    }
}
