package dev.millrace.agent;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Acknowledged readings that are to be sent once more, read back from the segments that are kept for it.
final class ResendLane {
    private final Journal journal;
    private final Packer packer;
    private final SortedMap<Long, SeqSet> asked = new TreeMap<>();
    private final Deque<Reading> ahead = new ArrayDeque<>();
    private Place place = new Place();
    private long gone;

    ResendLane(Journal journal, Packer packer) {
        this.journal = journal;
        this.packer = packer;
    }

    void ask(long epoch, List<SeqRange> ranges) {
        if (!ranges.isEmpty()) {
            ranges.forEach(asked.computeIfAbsent(epoch, _ -> new SeqSet())::add);
            place = new Place();
        }
    }

    /// Ranges that are asked for and not read yet.
    int rangesAsked() {
        return asked.values().stream().mapToInt(seqs -> seqs.ranges().size()).sum();
    }

    /// Readings in memory.
    int inMemory() {
        return ahead.size();
    }

    /// Readings that were there when they were asked for, and not any more when it was their turn.
    long gone() {
        return gone;
    }

    boolean isIdle() {
        return asked.isEmpty() && ahead.isEmpty();
    }

    /// Takes out the next pack, full unless there is no more.
    Optional<Packer.Packed> next() {
        if (!asked.isEmpty() && ahead.size() < packer.enough()) {
            read();
        }
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        Packer.Packed packed = packer.pack(List.copyOf(ahead));
        for (int i = 0; i < packed.pack().readings().size(); i++) {
            ahead.removeFirst();
        }
        return Optional.of(packed);
    }

    private void read() {
        Journal.ReadBack read = journal.read(place, packer.enough() - ahead.size(), new Wanted() {
            @Override
            public boolean mayBeIn(Segment segment) {
                SeqSet seqs = asked.get(segment.epoch);
                return seqs != null && segment.held.ranges().stream().anyMatch(held -> !seqs.common(held).isEmpty());
            }

            @Override
            public boolean wants(ReadingId id) {
                SeqSet seqs = asked.get(id.epoch());
                return seqs != null && seqs.contains(id.seq());
            }

            @Override
            public boolean endsBefore(ReadingId id) {
                return false;
            }
        });
        for (Reading reading : read.readings()) {
            asked.get(reading.id().epoch()).remove(new SeqRange(reading.id().seq(), reading.id().seq()));
            ahead.addLast(reading);
        }
        if (read.isAtEnd()) {
            asked.values().forEach(seqs -> gone += seqs.size());
            asked.clear();
        }
        asked.values().removeIf(SeqSet::isEmpty);
    }
}
