package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.pipeline.Ledger.Interval;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A row of the lake's table `completeness`: how a thing stood at the end of a day, or stands now. All counts are since the
/// thing was first seen, so what a day brought is the difference to the row of the day before.
///
/// @param asOf     when the states were read
/// @param expected readings known to have been taken by the device, `taken + missing + lost + givenUp`
/// @param taken    of these came, in the epochs that are remembered
/// @param missing  of these did not come and may still, see `gaps`
/// @param lost     of these the device gave up, as its notices say
/// @param givenUp  of these were given up in the cloud, because their gaps or epochs were too many
/// @param accepted readings counted, also those of epochs that are not remembered
/// @param duplicates deliveries of readings that were there
/// @param late     of the accepted, those that came after their pane had closed
/// @param rejected readings, and records that are no readings, in quarantine
/// @param gaps     the missing readings
public record CompletenessRow(String thing, Instant asOf, long expected, long taken, long missing, long lost, long givenUp, long accepted,
        long duplicates, long late, long rejected, List<Missing> gaps) {
    /// Missing readings of one epoch, both ends included.
    public record Missing(long epoch, long first, long last) {
    }

    public CompletenessRow {
        requireNonNull(thing, "thing is null");
        requireNonNull(asOf, "asOf is null");
        gaps = List.copyOf(gaps);
    }

    /// The row of an account.
    public static CompletenessRow of(Completeness found, Instant asOf) {
        List<Missing> gaps = new ArrayList<>();
        for (Completeness.Epoch epoch : found.epochs()) {
            for (Interval gap : epoch.missing()) {
                gaps.add(new Missing(epoch.epoch(), gap.first(), gap.last()));
            }
        }
        return new CompletenessRow(found.thing(), asOf, found.expected(), found.taken(), found.missing(), found.lost(), found.givenUp(),
                found.tally().accepted(), found.tally().duplicate(), found.tally().late(), found.tally().rejected(), gaps);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("thing", thing);
        json.writeStringField("as_of", asOf.toString());
        json.writeNumberField("expected", expected);
        json.writeNumberField("taken", taken);
        json.writeNumberField("missing", missing);
        json.writeNumberField("lost", lost);
        json.writeNumberField("given_up", givenUp);
        json.writeNumberField("accepted", accepted);
        json.writeNumberField("duplicates", duplicates);
        json.writeNumberField("late", late);
        json.writeNumberField("rejected", rejected);
        json.writeArrayFieldStart("missing_ranges");
        for (Missing gap : gaps) {
            json.writeArray(new long[] {gap.epoch, gap.first, gap.last}, 0, 3);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static CompletenessRow read(JsonNode json) {
        List<Missing> gaps = new ArrayList<>();
        for (JsonNode gap : json.path("missing_ranges")) {
            gaps.add(new Missing(gap.path(0).asLong(), gap.path(1).asLong(), gap.path(2).asLong()));
        }
        return new CompletenessRow(json.path("thing").asText(), Instant.parse(json.path("as_of").asText()), json.path("expected").asLong(),
                json.path("taken").asLong(), json.path("missing").asLong(), json.path("lost").asLong(), json.path("given_up").asLong(),
                json.path("accepted").asLong(), json.path("duplicates").asLong(), json.path("late").asLong(), json.path("rejected").asLong(), gaps);
    }
}
