package dev.millrace.benchmarks.flink;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// A message in wire format v1, as Jackson binds it: a single reading, or a pack.
record TruckMessage(@JsonProperty(value = "v", required = true) int version, @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String device, @JsonProperty(required = true) long epoch, long seq, long ts,
        @JsonProperty("m") Measures measures, List<Sample> readings) {

    record Sample(@JsonProperty(required = true) long seq, @JsonProperty(required = true) long ts,
            @JsonProperty(value = "m", required = true) Measures measures) {
    }

    /// Of a truck; boxed, because a measure may be missing.
    record Measures(@JsonProperty("speed_kmh") Double speedKmh, Double rpm, @JsonProperty("coolant_c") Double coolantC,
            @JsonProperty("fuel_pct") Double fuelPct, Double lat, Double lon) {
    }

    List<Sample> samples() {
        return readings == null ? List.of(new Sample(seq, ts, measures)) : readings;
    }
}
