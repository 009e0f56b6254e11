package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What should become of one thing's records, in the plainest way: sets of seqs, lists of readings, loops; no
/// intervals, no running statistics, nothing of the code under test.
///
/// It is given each record once, in the order in which the thing's state first took them, and that is the order of
/// their arrival unless records were given up and sent again. A delivery that repeats adds nothing to rows, panes and
/// ledgers, so it is left out here.
final class Reference {
    private static final long MINUTE = 60_000;

    /// A minute of event time of one device type.
    record Minute(String type, long startMillis) {
    }

    /// A rejected record, or those of its readings that are rejected for one reason.
    ///
    /// @param epoch 0 if the whole record
    /// @param seqs  empty if the whole record
    record Rejected(String sequenceNumber, String reason, long epoch, List<Long> seqs) {
    }

    private final Rules rules;
    private final Limits limits;
    private final NavigableMap<Long, SortedSet<Long>> done = new TreeMap<>();
    private final Map<Long, SortedSet<Long>> lost = new TreeMap<>();
    private final SortedMap<ReadingId, Reading> accepted = new TreeMap<>();
    private final Map<Minute, List<Reading>> minutes = new LinkedHashMap<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private long watermarkMillis = -1;
    private long late;
    private long forgotten;

    Reference(Rules rules, Limits limits) {
        this.rules = rules;
        this.limits = limits;
    }

    void deliver(StreamRecord record) {
        Rules.Content content = rules.contentOf(record);
        if (!content.refusal().isEmpty()) {
            rejected.add(new Rejected(record.sequenceNumber(), content.refusal(), 0, List.of()));
            return;
        }
        DeviceType type = content.type().orElseThrow();
        Map<String, List<Long>> byReason = new LinkedHashMap<>();
        for (Reading reading : content.readings()) {
            String reason = take(reading, type, record.arrivedAtMillis());
            if (!reason.isEmpty()) {
                byReason.computeIfAbsent(reason, _ -> new ArrayList<>()).add(reading.id().seq());
            }
        }
        long epoch = content.readings().getFirst().id().epoch();
        byReason.forEach((reason, seqs) -> rejected.add(new Rejected(record.sequenceNumber(), reason, epoch, seqs)));
    }

    /// @return why it is rejected, empty if it is accepted or a duplicate
    private String take(Reading reading, DeviceType type, long arrivedAtMillis) {
        long epoch = reading.id().epoch();
        if (isForgotten(epoch)) {
            return "epoch_forgotten";
        }
        if (!done.computeIfAbsent(epoch, _ -> new TreeSet<>()).add(reading.id().seq())) {
            return "";
        }
        forgetOldestEpoch();
        giveUpOldestGaps(epoch);
        String reason = rules.implausibility(reading, type, arrivedAtMillis);
        if (reason.isEmpty()) {
            accept(reading, type);
        }
        return reason;
    }

    private boolean isForgotten(long epoch) {
        return !done.containsKey(epoch) && done.size() == limits.epochsMax() && epoch < done.firstKey();
    }

    private void forgetOldestEpoch() {
        if (done.size() > limits.epochsMax()) {
            Map.Entry<Long, SortedSet<Long>> oldest = done.pollFirstEntry();
            forgotten += lost(oldest.getKey()).size() + missing(oldest.getValue()).size();
            lost.remove(oldest.getKey());
        }
    }

    private void giveUpOldestGaps(long epoch) {
        SortedSet<Long> seqs = done.get(epoch);
        while (runs(seqs) > limits.intervalsMax()) {
            long end = seqs.first();
            while (seqs.contains(end + 1)) {
                end++;
            }
            for (long seq = end + 1; !seqs.contains(seq); seq++) {
                seqs.add(seq);
                lost.computeIfAbsent(epoch, _ -> new TreeSet<>()).add(seq);
            }
        }
    }

    private static long runs(SortedSet<Long> seqs) {
        return seqs.stream().filter(seq -> !seqs.contains(seq - 1)).count();
    }

    private void accept(Reading reading, DeviceType type) {
        accepted.put(reading.id(), reading);
        watermarkMillis = Math.max(watermarkMillis, reading.takenAtMillis());
        var minute = new Minute(type.name(), reading.takenAtMillis() / MINUTE * MINUTE);
        if (watermarkMillis >= minute.startMillis() + MINUTE + type.allowedLateness().toMillis()) {
            late++;
        } else {
            minutes.computeIfAbsent(minute, _ -> new ArrayList<>()).add(reading);
        }
    }

    /// The seqs of each epoch that are done with, those given up as lost among them.
    NavigableMap<Long, SortedSet<Long>> done() {
        return done;
    }

    /// The seqs of an epoch that were given up because there were too many gaps.
    SortedSet<Long> lost(long epoch) {
        return lost.getOrDefault(epoch, new TreeSet<>());
    }

    /// The seqs from 1 to the highest that are not in the set.
    static SortedSet<Long> missing(SortedSet<Long> seqs) {
        SortedSet<Long> missing = new TreeSet<>();
        for (long seq = 1; seq < seqs.last(); seq++) {
            if (!seqs.contains(seq)) {
                missing.add(seq);
            }
        }
        return missing;
    }

    SortedMap<ReadingId, Reading> accepted() {
        return accepted;
    }

    /// The readings of each minute that were not late.
    Map<Minute, List<Reading>> minutes() {
        return minutes;
    }

    List<Rejected> rejected() {
        return rejected;
    }

    /// The latest event time accepted, -1 if none.
    long watermarkMillis() {
        return watermarkMillis;
    }

    /// How many were accepted after their minute had closed.
    long late() {
        return late;
    }

    /// How many readings were lost or missing in epochs that were given up.
    long forgotten() {
        return forgotten;
    }
}
