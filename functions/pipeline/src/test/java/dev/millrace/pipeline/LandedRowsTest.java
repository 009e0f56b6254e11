package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Lake.Landed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LandedRowsTest {
    private static final DeviceType MACHINE = DeviceTypes.shipped().require("machine");

    @Test
    void everyReadingComesOutAsItWentIn() {
        var random = new Random(7);
        List<Landed> readings = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            var measures = new TreeMap<String, Double>();
            MACHINE.measures().stream().filter(_ -> random.nextInt(3) > 0).forEach(measure -> measures.put(measure.name(), random.nextDouble()));
            for (int other = random.nextInt(6); other < 3; other++) {
                measures.put("other_" + other, -0.0);
            }
            if (measures.isEmpty()) {
                measures.put("zz", 1.0);
            }
            readings.add(new Landed(new Reading(new ReadingId("m-" + random.nextInt(9), random.nextInt(1, 3), i + 1L), random.nextInt(1 << 30), measures), i));
        }

        LandedRows rows = LandedRows.of(MACHINE, readings);

        assertThat(rows).containsExactlyElementsOf(readings);
        assertThat(rows.things()).hasSize(9).doesNotHaveDuplicates();
        assertThat(LandedRows.of(MACHINE, rows)).isSameAs(rows);
    }

    @Test
    void aReadingWithAnotherMeasureInPlaceOfAKnownOneHasAHoleThere() {
        var rows = new LandedRows(DeviceTypes.shipped().require("environment"));
        rows.add(new Reading(new ReadingId("e", 1, 1), 1, new TreeMap<>(Map.of("humidity_pct", 1.0, "other", 2.0))), 5);

        assertThat(rows.measure(0, 0)).isNaN();
        assertThat(rows.measure(1, 0)).isEqualTo(1.0);
        assertThat(rows.otherName(0)).isEqualTo("other");
        assertThat(rows.getFirst().reading().measures()).hasSize(2);
    }
}
