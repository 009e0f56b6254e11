package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What should become of one thing's records, in the plainest way: sets of seqs, lists of readings, loops; no
/// intervals, no running statistics, nothing of the code under test.
///
/// It is given each record once, in the order in which the thing's state first took them, and that is the order of
/// their arrival unless records were given up and sent again. A delivery that repeats adds nothing to rows, panes and
/// ledgers, so it is left out here.
final class Reference {
    /// A pane's span of event time.
    record Span(DeviceType type, long startMillis) {
        static Span of(DeviceType type, long takenAtMillis) {
            return new Span(type, takenAtMillis / type.pane().toMillis() * type.pane().toMillis());
        }

        long endMillis() {
            return startMillis + type.pane().toMillis();
        }

        long latenessMillis() {
            return type.allowedLateness().toMillis();
        }
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
    private final Map<Span, List<Reading>> spans = new LinkedHashMap<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private long watermarkMillis = -1;
    private long closedMillis;
    private long arrivedAtMillis = -1;
    private long late;
    private long forgotten;

    Reference(Rules rules, Limits limits) {
        this.rules = rules;
        this.limits = limits;
    }

    void deliver(StreamRecord record) {
        Rules.Content content = rules.contentOf(record);
        if (content.equals(Rules.Content.SWEEP)) {
            sweep(record.arrivedAtMillis());
            return;
        }
        arrivedAtMillis = Math.max(arrivedAtMillis, record.arrivedAtMillis());
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
        Span span = Span.of(type, reading.takenAtMillis());
        if (!isClosed(span) && !spans.containsKey(span)) {
            makeRoom(span);
        }
        if (isClosed(span)) {
            late++;
        } else {
            spans.computeIfAbsent(span, _ -> new ArrayList<>()).add(reading);
        }
    }

    private boolean isClosed(Span span) {
        return span.endMillis() <= closedMillis || watermarkMillis >= span.endMillis() + span.latenessMillis();
    }

    /// The open spans and this one have to fit; those that end first make room.
    private void makeRoom(Span span) {
        Set<Span> open = new HashSet<>(open());
        open.add(span);
        while (open.stream().mapToLong(one -> StateCodec.paneBytesMax(one.type())).sum() > limits.panesBytesMax()) {
            closedMillis = open.stream().mapToLong(Span::endMillis).min().orElseThrow();
            open.removeIf(this::isClosed);
        }
    }

    /// Closes all spans if nothing has arrived for the allowed lateness, and their ends are as long ago.
    private void sweep(long atMillis) {
        Set<Span> open = open();
        if (open.stream().allMatch(span -> atMillis >= arrivedAtMillis + span.latenessMillis() && atMillis >= span.endMillis() + span.latenessMillis())) {
            closedMillis = Math.max(closedMillis, open.stream().mapToLong(Span::endMillis).max().orElse(0));
        }
    }

    /// The spans that can still take readings.
    Set<Span> open() {
        return spans.keySet().stream().filter(span -> !isClosed(span)).collect(Collectors.toSet());
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

    /// The readings of each span that were not late.
    Map<Span, List<Reading>> spans() {
        return spans;
    }

    List<Rejected> rejected() {
        return rejected;
    }

    /// The latest event time accepted, -1 if none.
    long watermarkMillis() {
        return watermarkMillis;
    }

    /// How many were accepted after their span had closed.
    long late() {
        return late;
    }

    /// How many readings were lost or missing in epochs that were given up.
    long forgotten() {
        return forgotten;
    }
}
