package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/// The figures of a run.
///
/// @param counts                     what became of the readings in one pass over the input
/// @param readingsPerSecond          of all threads together
/// @param mbPerSecond                megabytes (10^6) of payload, before base64
/// @param nsPerReading               of one thread's time
/// @param bytesAllocatedPerReading   by the whole JVM
/// @param tokeniseReadingsPerSecond  the limit, see [TokeniseWork]
/// @param cores                      processor time over wall time while the function ran
/// @param sentBytesPerReading        of the encoded requests to the sinks
/// @param isSteady                   whether warming up came to a steady state
record BenchResult(Counts counts, double readingsPerSecond, double mbPerSecond, double nsPerReading, double bytesAllocatedPerReading,
        double tokeniseReadingsPerSecond, double cores, double sentBytesPerReading, boolean isSteady) {

    /// One line, with the members that `docs` and scripts rely on and no others.
    String toJson() {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("readings", counts.readings());
            json.writeNumberField("readings_per_second", Math.round(readingsPerSecond));
            json.writeNumberField("mb_per_second", tenths(mbPerSecond));
            json.writeNumberField("ns_per_reading", tenths(nsPerReading));
            json.writeNumberField("bytes_allocated_per_reading", tenths(bytesAllocatedPerReading));
            json.writeNumberField("accepted", counts.accepted());
            json.writeNumberField("duplicate", counts.duplicate());
            json.writeNumberField("rejected", counts.rejected());
            json.writeNumberField("tokenise_readings_per_second", Math.round(tokeniseReadingsPerSecond));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }

    String toTable() {
        return row("readings", "%,d", counts.readings())
                + row("  accepted", "%,d", counts.accepted())
                + row("  duplicate", "%,d", counts.duplicate())
                + row("  rejected", "%,d", counts.rejected())
                + row("readings/s", "%,.0f", readingsPerSecond)
                + row("MB/s of payload", "%,.1f", mbPerSecond)
                + row("ns a reading", "%,.1f", nsPerReading)
                + row("bytes allocated a reading", "%,.1f", bytesAllocatedPerReading)
                + row("bytes sent to sinks a reading", "%,.1f", sentBytesPerReading)
                + row("cores busy", "%.2f", cores)
                + row("tokenising alone, readings/s", "%,.0f", tokeniseReadingsPerSecond)
                + row("of that limit", "%.3f", readingsPerSecond / tokeniseReadingsPerSecond)
                + (isSteady ? "" : "not steady: the last rounds of warming up still differed by 5 % or more\n");
    }

    private static String row(String name, String format, Object value) {
        return String.format(Locale.ROOT, "%-30s %16s%n", name, String.format(Locale.ROOT, format, value));
    }
}
