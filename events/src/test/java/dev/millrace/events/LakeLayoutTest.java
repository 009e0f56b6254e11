package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LakeLayoutTest {
    static Iterable<DeviceType> types() {
        return DeviceTypes.shipped().all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void noMeasureOfAShippedTypeHidesAColumnOfOurs(DeviceType type) {
        assertThat(LakeLayout.landingColumns(type)).extracting(LakeLayout.Column::name).doesNotHaveDuplicates()
                .doesNotContain(LakeLayout.ARRIVAL_DATE, LakeLayout.ARRIVAL_HOUR);
    }

    @Test
    void everyMeasureIsATypedColumn() {
        DeviceType truck = DeviceTypes.shipped().require("truck");

        assertThat(LakeLayout.landingColumns(truck)).contains(new LakeLayout.Column("fuel_pct", LakeLayout.Kind.DOUBLE, true));
    }
}
