package dev.millrace.analysts;

import dev.millrace.completeness.Completeness;
import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessTable;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The table of completeness as its function writes it, from ledgers of what had arrived at the end of a day.
final class Ledgers {
    private static final int INTERVALS_MAX = 2_000;
    private static final int EPOCHS_MAX = 4;
    static final Duration LATE = Duration.ofMinutes(10);

    private Ledgers() {
    }

    /// The last look of a day.
    static Instant endOf(LocalDate day) {
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusMillis(1);
        return end.isBefore(SeededFleet.NOW) ? end : SeededFleet.NOW;
    }

    static void write(S3Client s3, String bucket, List<Taken> truth, LocalDate day) {
        Instant end = endOf(day);
        SortedMap<String, SortedMap<Long, Ledger>> ledgers = new TreeMap<>();
        Map<String, Tally> tallies = new TreeMap<>();
        for (Taken taken : truth) {
            ReadingId id = taken.reading().id();
            for (Instant arrival : taken.arrivals()) {
                if (!arrival.isAfter(end)) {
                    boolean isNew = ledgers.computeIfAbsent(id.thing(), _ -> new TreeMap<>()).computeIfAbsent(id.epoch(), _ -> new Ledger(INTERVALS_MAX)).add(id.seq());
                    boolean isLate = isNew && Duration.between(taken.at(), arrival).compareTo(LATE) > 0;
                    tallies.merge(id.thing(), new Tally(isNew ? 1 : 0, isNew ? 0 : 1, 0, isLate ? 1 : 0), Tally::plus);
                }
            }
        }
        var table = new CompletenessTable();
        ledgers.forEach((thing, ofThing) -> table.add(CompletenessRow.of(
                Completeness.of(new ThingState(thing, 1, ofThing, List.of(), Progress.NONE, tallies.get(thing), 0), Map.of(), EPOCHS_MAX), end)));
        s3.putObject(put -> put.bucket(bucket).key(CompletenessTable.key(end)), RequestBody.fromBytes(table.close()));
    }
}
