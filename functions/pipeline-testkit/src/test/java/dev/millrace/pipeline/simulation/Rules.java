package dev.millrace.pipeline.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.Decoded;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.StreamRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which records and readings may be taken, said a second time and without the code under test. Reasons are those of
/// the quarantine table.
record Rules(PackCodec codec, DeviceTypes types) {
    private static final byte[] SWEEP = "sweep/1".getBytes(UTF_8);

    /// What is in a record.
    ///
    /// @param refusal  why the whole record is refused, empty if it is not
    /// @param readings its readings if it is not refused
    record Content(String refusal, List<Reading> readings, Optional<DeviceType> type) {
        private static Content refused(String reason) {
            return new Content(reason, List.of(), Optional.empty());
        }

        /// It brings no reading but the time.
        static final Content SWEEP = new Content("", List.of(), Optional.empty());

        /// How many readings it counts as: a record that is refused as a whole counts as one.
        int size() {
            return refusal.isEmpty() ? readings.size() : 1;
        }
    }

    Content contentOf(StreamRecord record) {
        if (Arrays.equals(record.payload(), SWEEP)) {
            return Content.SWEEP;
        }
        return switch (codec.decode(record.payload())) {
            case Decoded.Malformed _ -> Content.refused("malformed");
            case Decoded.UnknownVersion _ -> Content.refused("unknown_version");
            case Decoded.Telemetry(Pack pack) -> {
                if (!pack.thing().equals(record.partitionKey())) {
                    yield Content.refused("spoofed");
                }
                Optional<DeviceType> type = types.find(pack.type());
                yield type.isEmpty() ? Content.refused("unknown_type") : new Content("", pack.readings(), type);
            }
        };
    }

    /// Why a reading is not plausible, empty if it is.
    String implausibility(Reading reading, DeviceType type, long arrivedAtMillis) {
        if (reading.takenAtMillis() < arrivedAtMillis - type.maxAge().toMillis()) {
            return "too_old";
        }
        if (reading.takenAtMillis() > arrivedAtMillis + type.maxSkew().toMillis()) {
            return "in_future";
        }
        for (DeviceType.Measure measure : type.measures()) {
            Double value = reading.measures().get(measure.name());
            if (value != null && (value < measure.min() || value > measure.max())) {
                return "out_of_range";
            }
        }
        return "";
    }

    /// The plausible readings of a record.
    List<Reading> plausible(StreamRecord record) {
        Content content = contentOf(record);
        return content.readings().stream()
                .filter(reading -> implausibility(reading, content.type().orElseThrow(), record.arrivedAtMillis()).isEmpty()).toList();
    }
}
