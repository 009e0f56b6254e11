package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTypesTest {
    private static final String FILE = """
            {"name":"pump","title":"Pump","pane":"PT1M","allowed_lateness":"PT1M","max_age":"P1D","max_skew":"PT1M",
             "measures":[{"name":"flow_lpm","unit":"l/min","min":0,"max":10}]}""";

    @Test
    void theShippedTypesAreThereWithTheirMeasures() {
        DeviceTypes types = DeviceTypes.shipped();

        assertThat(types.all()).extracting(DeviceType::name).containsExactly("environment", "machine", "truck");
        assertThat(types.require("environment").measures()).extracting(DeviceType.Measure::name).containsExactly("temperature_c", "humidity_pct");
    }

    @Test
    void theEndsOfAMeasuresRangeArePlausible() {
        DeviceType.Measure humidity = DeviceTypes.shipped().require("environment").measure("humidity_pct").orElseThrow();

        assertThat(humidity.isPlausible(0)).isTrue();
        assertThat(humidity.isPlausible(100)).isTrue();
        assertThat(humidity.isPlausible(Math.nextUp(100))).isFalse();
    }

    @Test
    void aRetiredMeasureKeepsItsColumnAndIsNotInUse() {
        String file = FILE.replace("\"max\":10}", "\"max\":10,\"retired\":true},{\"name\":\"flow_m3_h\",\"unit\":\"m³/h\",\"min\":0,\"max\":1}");

        DeviceType type = DeviceTypes.parse("pump.json", new ByteArrayInputStream(file.getBytes(UTF_8)));

        assertThat(LakeLayout.landingColumns(type)).extracting(LakeLayout.Column::name).contains("flow_lpm", "flow_m3_h");
        assertThat(type.measuresInUse()).extracting(DeviceType.Measure::name).containsExactly("flow_m3_h");
        assertThat(type.schemaVersion()).isEqualTo("1.2");
    }

    @Test
    void anUnknownTypeIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceTypes.shipped().require("toaster"))
                .withMessage("unknown device type 'toaster', expected one of [environment, machine, truck]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "name":"pump"    | "name":"Pump"      | device type name must match
            "max":10         | "max":0            | needs finite min < max
            "PT1M","max_age" | "-PT1M","max_age"  | allowedLateness of device type pump must be positive
            "pane":"PT1M"    | "pane":"PT7S"      | pane of device type pump must be whole seconds that divide a day: PT7S
            "max_skew":"PT1M"| "max_skew":"PT15M" | maxSkew of device type pump is over PT14M
            "title":"Pump"   | "color":"red"      | member title is missing
            "unit":"l/min"   | "unit":"l","x":1   | unknown members [x]
            "max":10         | "max":10,"retired":"yes" | retired must be VALUE_TRUE: VALUE_STRING
            "max":10         | "max":10,"retired":true  | device type pump has no measure that is not retired
            """)
    void aWrongFileIsRefusedByNameAndReason(String right, String wrong, String reason) {
        String file = FILE.replace(right, wrong);
        assertThat(file).isNotEqualTo(FILE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceTypes.parse("pump.json", new ByteArrayInputStream(file.getBytes(UTF_8))))
                .withMessageStartingWith("pump.json: ").withMessageContaining(reason);
    }
}
