package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Function;

/// The figures of a run.
///
/// @param counts                    what became of the readings in one pass over the input
/// @param payloadBytesPerReading    before base64
/// @param encoded                   of the function up to the bytes that it has encoded
/// @param clients                   of the function with the AWS clients
/// @param tokeniseReadingsPerSecond the limit, see [TokeniseWork]
/// @param isSteady                  whether warming up came to a steady state
record BenchResult(Counts counts, double payloadBytesPerReading, Figures encoded, Figures clients, double tokeniseReadingsPerSecond,
        boolean isSteady) {

    /// What one kind of rounds measured.
    ///
    /// @param readingsPerSecond        of all threads together
    /// @param nsPerReading             of one thread's time
    /// @param bytesAllocatedPerReading by the whole JVM
    /// @param sentBytesPerReading      of what was encoded for the sinks
    /// @param cores                    processor time over wall time
    record Figures(double readingsPerSecond, double nsPerReading, double bytesAllocatedPerReading, double sentBytesPerReading, double cores) {
    }

    /// Megabytes (10^6) of payload.
    double mbPerSecond() {
        return encoded.readingsPerSecond * payloadBytesPerReading / 1e6;
    }

    /// What tokenising alone would take of the function's time.
    double ratioToTokenise() {
        return encoded.readingsPerSecond / tokeniseReadingsPerSecond;
    }

    /// One line, with the members that `docs` and scripts rely on and no others.
    String toJson() {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("readings", counts.readings());
            json.writeNumberField("readings_per_second", Math.round(encoded.readingsPerSecond));
            json.writeNumberField("mb_per_second", tenths(mbPerSecond()));
            json.writeNumberField("ns_per_reading", tenths(encoded.nsPerReading));
            json.writeNumberField("bytes_allocated_per_reading", tenths(encoded.bytesAllocatedPerReading));
            json.writeNumberField("accepted", counts.accepted());
            json.writeNumberField("duplicate", counts.duplicate());
            json.writeNumberField("rejected", counts.rejected());
            json.writeNumberField("tokenise_readings_per_second", Math.round(tokeniseReadingsPerSecond));
            json.writeNumberField("ratio_to_tokenise", Math.round(ratioToTokenise() * 1_000) / 1_000.0);
            json.writeNumberField("through_clients_readings_per_second", Math.round(clients.readingsPerSecond));
            json.writeNumberField("through_clients_ns_per_reading", tenths(clients.nsPerReading));
            json.writeNumberField("through_clients_bytes_allocated_per_reading", tenths(clients.bytesAllocatedPerReading));
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
        return row("readings", "%,d", counts.readings(), "")
                + row("  accepted", "%,d", counts.accepted(), "")
                + row("  duplicate", "%,d", counts.duplicate(), "")
                + row("  rejected", "%,d", counts.rejected(), "")
                + row("", "%s", "encoded", "AWS clients")
                + figures("readings/s", "%,.0f", Figures::readingsPerSecond)
                + row("MB/s of payload", "%,.1f", mbPerSecond(), "")
                + figures("ns a reading", "%,.1f", Figures::nsPerReading)
                + figures("bytes allocated a reading", "%,.1f", Figures::bytesAllocatedPerReading)
                + figures("bytes sent to sinks a reading", "%,.1f", Figures::sentBytesPerReading)
                + figures("cores busy", "%.2f", Figures::cores)
                + row("tokenising alone, readings/s", "%,.0f", tokeniseReadingsPerSecond, "")
                + row("of that limit", "%.3f", ratioToTokenise(), formatted("%.3f", clients.readingsPerSecond / tokeniseReadingsPerSecond))
                + (isSteady ? "" : "not steady: the last rounds of warming up still differed by 5 % or more\n");
    }

    private String figures(String name, String format, Function<Figures, Double> figure) {
        return row(name, format, figure.apply(encoded), formatted(format, figure.apply(clients)));
    }

    private static String row(String name, String format, Object value, String beside) {
        return "%-30s %16s %16s".formatted(name, formatted(format, value), beside).stripTrailing() + System.lineSeparator();
    }

    private static String formatted(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
