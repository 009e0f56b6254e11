package dev.millrace.agent;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the segments of a journal say together: a pure judgement, before anything is written.
final class History {
    private final List<SegmentScan> scans;
    /// By epoch the last seq of each acknowledged range by its first.
    private final Map<Long, TreeMap<Long, Long>> acknowledged = new HashMap<>();

    /// Where the next reading goes.
    ///
    /// @param epoch the epoch that goes on, 0 if it has to be a new one
    record Continuation(Recovery.EpochStart start, long epoch, long nextSeq) {
    }

    /// @param scans the segments in the order of their numbers
    History(List<SegmentScan> scans) {
        this.scans = List.copyOf(scans);
        for (SegmentScan scan : scans) {
            for (Entry entry : scan.entries()) {
                if (entry instanceof Entry.Acknowledged(long epoch, List<SeqRange> ranges)) {
                    TreeMap<Long, Long> lastByFirst = acknowledged.computeIfAbsent(epoch, _ -> new TreeMap<>());
                    ranges.forEach(range -> lastByFirst.merge(range.first(), range.last(), Math::max));
                }
            }
        }
    }

    Continuation continuation() {
        if (scans.isEmpty()) {
            return new Continuation(Recovery.EpochStart.NEW_JOURNAL, 0, 1);
        }
        SegmentScan last = scans.getLast();
        Optional<Entry.Opened> opened = last.opened();
        if (opened.isEmpty() || last.end() == SegmentScan.End.DAMAGED) {
            return new Continuation(Recovery.EpochStart.DAMAGED_END, 0, 1);
        }
        if (!opened.get().syncEachAppend() && !last.isClosed()) {
            return new Continuation(Recovery.EpochStart.UNCLEAN_STOP, 0, 1);
        }
        long nextSeq = opened.get().firstSeq();
        for (ReadingId id : taken(last)) {
            nextSeq = Math.max(nextSeq, id.seq() + 1);
        }
        return new Continuation(Recovery.EpochStart.CONTINUED, opened.get().epoch(), nextSeq);
    }

    /// Every epoch that a segment names.
    SortedSet<Long> epochs() {
        SortedSet<Long> epochs = new TreeSet<>();
        for (SegmentScan scan : scans) {
            scan.opened().ifPresent(opened -> epochs.add(opened.epoch()));
            taken(scan).forEach(id -> epochs.add(id.epoch()));
        }
        return epochs;
    }

    /// The readings of one segment that no entry of any segment acknowledges, in the order of taking.
    List<Reading> unacknowledged(SegmentScan scan) {
        List<Reading> readings = new ArrayList<>();
        for (Entry entry : scan.entries()) {
            if (entry instanceof Entry.Taken(Reading reading) && !isAcknowledged(reading.id().epoch(), reading.id().seq())) {
                readings.add(reading);
            }
        }
        return readings;
    }

    /// By epoch the seqs that were given to a reading, of which no entry tells anything any more.
    SortedMap<Long, List<SeqRange>> lost() {
        Map<Long, SortedSet<Long>> takenByEpoch = new TreeMap<>();
        Map<Long, SortedSet<Long>> startsByEpoch = new TreeMap<>();
        for (SegmentScan scan : scans) {
            scan.opened().ifPresent(opened -> startsByEpoch.computeIfAbsent(opened.epoch(), _ -> new TreeSet<>()).add(opened.firstSeq()));
            taken(scan).forEach(id -> takenByEpoch.computeIfAbsent(id.epoch(), _ -> new TreeSet<>()).add(id.seq()));
        }
        SortedMap<Long, List<SeqRange>> lost = new TreeMap<>();
        startsByEpoch.forEach((epoch, starts) -> {
            SortedSet<Long> taken = takenByEpoch.getOrDefault(epoch, Collections.emptySortedSet());
            long end = Math.max(starts.last(), taken.isEmpty() ? 0 : taken.last() + 1);
            SortedSet<Long> missing = new TreeSet<>();
            for (long seq = starts.first(); seq < end; seq++) {
                if (!taken.contains(seq) && !isAcknowledged(epoch, seq)) {
                    missing.add(seq);
                }
            }
            if (!missing.isEmpty()) {
                lost.put(epoch, SeqRange.covering(missing));
            }
        });
        return Collections.unmodifiableSortedMap(lost);
    }

    List<String> damages() {
        return scans.stream().flatMap(scan -> scan.damages().stream()).toList();
    }

    private static List<ReadingId> taken(SegmentScan scan) {
        List<ReadingId> ids = new ArrayList<>();
        for (Entry entry : scan.entries()) {
            if (entry instanceof Entry.Taken(Reading reading)) {
                ids.add(reading.id());
            }
        }
        return ids;
    }

    /// A reading is acknowledged once, so ranges do not overlap and the nearest one decides.
    private boolean isAcknowledged(long epoch, long seq) {
        TreeMap<Long, Long> lastByFirst = acknowledged.get(epoch);
        Map.Entry<Long, Long> range = lastByFirst == null ? null : lastByFirst.floorEntry(seq);
        return range != null && seq <= range.getValue();
    }
}
