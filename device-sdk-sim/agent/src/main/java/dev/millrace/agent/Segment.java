package dev.millrace.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One file of a journal: which readings it holds, all of one epoch, and how many of them have to be sent yet.
final class Segment {
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.segment");

    final long number;
    final Path file;
    /// 0 if nothing in it says.
    final long epoch;
    final long firstSeq;
    final SeqSet held = new SeqSet();
    long bytes;
    /// When the last of its readings was taken, 0 if there is none.
    long newestMillis;
    long pending;

    Segment(long number, Path file, long epoch, long firstSeq) {
        this.number = number;
        this.file = file;
        this.epoch = epoch;
        this.firstSeq = firstSeq;
    }

    /// @param settled of the scan's epoch
    static Segment of(SegmentScan scan, SeqSet settled) {
        long firstSeq = scan.opened().map(Entry.Opened::firstSeq).orElseGet(() -> scan.taken().isEmpty() ? 1 : scan.taken().first());
        var segment = new Segment(scan.number(), scan.file(), scan.epoch(), firstSeq);
        scan.taken().ranges().forEach(segment.held::add);
        segment.bytes = scan.endAt();
        segment.newestMillis = scan.newestMillis();
        segment.pending = SeqRange.sizeOf(segment.pendingRanges(settled));
        return segment;
    }

    /// @param settled of this segment's epoch
    List<SeqRange> pendingRanges(SeqSet settled) {
        List<SeqRange> pending = new ArrayList<>();
        held.ranges().forEach(range -> pending.addAll(settled.missing(range)));
        return pending;
    }

    static Path file(Path folder, long number) {
        return folder.resolve("%010d.segment".formatted(number));
    }

    /// @return the segment's number, or -1 if the file is no segment
    static long numberOf(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }
}
