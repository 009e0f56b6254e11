package dev.millrace.agent;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the segments of a journal say together: a pure judgement, before anything is written.
final class History {
    private final List<SegmentScan> scans;
    private final Fates fates;

    /// Where the next reading goes.
    ///
    /// @param epoch the epoch that goes on, 0 if it has to be a new one
    record Continuation(Recovery.EpochStart start, long epoch, long nextSeq) {
    }

    /// @param scans the segments in the order of their numbers
    /// @param fates what all of them say
    History(List<SegmentScan> scans, Fates fates) {
        this.scans = List.copyOf(scans);
        this.fates = fates;
    }

    Continuation continuation() {
        if (scans.isEmpty()) {
            return new Continuation(Recovery.EpochStart.NEW_JOURNAL, 0, 1);
        }
        SegmentScan last = scans.getLast();
        if (last.opened().isEmpty() || last.end() == SegmentScan.End.DAMAGED) {
            return new Continuation(Recovery.EpochStart.DAMAGED_END, 0, 1);
        }
        Entry.Opened opened = last.opened().get();
        if (!opened.syncEachAppend() && !last.isClosed()) {
            return new Continuation(Recovery.EpochStart.UNCLEAN_STOP, 0, 1);
        }
        return new Continuation(Recovery.EpochStart.CONTINUED, opened.epoch(), nextSeq(last));
    }

    private static long firstSeq(SegmentScan scan) {
        return scan.opened().map(Entry.Opened::firstSeq).orElseGet(scan.taken()::first);
    }

    private static long nextSeq(SegmentScan scan) {
        return scan.taken().isEmpty() ? firstSeq(scan) : Math.max(firstSeq(scan), scan.taken().last() + 1);
    }

    /// Every epoch that a segment names.
    SortedSet<Long> epochs() {
        SortedSet<Long> epochs = new TreeSet<>();
        scans.forEach(scan -> epochs.add(scan.epoch()));
        epochs.remove(0L);
        return epochs;
    }

    /// By epoch the seqs that were given to a reading, of which no entry tells anything any more.
    SortedMap<Long, List<SeqRange>> lost() {
        SortedMap<Long, List<SeqRange>> lost = new TreeMap<>();
        for (long epoch : epochs()) {
            List<SegmentScan> ofEpoch = scans.stream().filter(scan -> scan.epoch() == epoch).toList();
            long firstSeq = ofEpoch.stream().mapToLong(History::firstSeq).min().orElseThrow();
            long nextSeq = ofEpoch.stream().mapToLong(History::nextSeq).max().orElseThrow();
            var known = new SeqSet();
            fates.settled(epoch).ranges().forEach(known::add);
            ofEpoch.forEach(scan -> scan.taken().ranges().forEach(known::add));
            List<SeqRange> missing = firstSeq < nextSeq ? known.missing(new SeqRange(firstSeq, nextSeq - 1)) : List.of();
            if (!missing.isEmpty()) {
                lost.put(epoch, missing);
            }
        }
        return Collections.unmodifiableSortedMap(lost);
    }

    /// By epoch the first seq that may have been given to readings of which nothing is left to tell: where an epoch's
    /// last segment has a damaged end, or may never have reached the disk.
    SortedMap<Long, Long> unsureFrom() {
        SortedMap<Long, Long> unsure = new TreeMap<>();
        SortedMap<Long, SegmentScan> lastByEpoch = new TreeMap<>();
        long epoch = 0;
        for (SegmentScan scan : scans) {
            epoch = scan.epoch() == 0 ? epoch : scan.epoch();
            if (epoch != 0) {
                lastByEpoch.put(epoch, scan);
            }
        }
        boolean isCutShort = switch (continuation().start()) {
            case NEW_JOURNAL, CONTINUED -> false;
            case DAMAGED_END, UNCLEAN_STOP -> true;
        };
        lastByEpoch.forEach((of, last) -> {
            if (last.end() == SegmentScan.End.DAMAGED || (isCutShort && last == scans.getLast())) {
                unsure.put(of, scans.stream().filter(scan -> scan.epoch() == of).mapToLong(History::nextSeq).max().orElseThrow());
            }
        });
        return Collections.unmodifiableSortedMap(unsure);
    }

    List<String> damages() {
        return scans.stream().flatMap(scan -> scan.damages().stream()).toList();
    }
}
