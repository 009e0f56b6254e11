package dev.millrace.agent;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What waits on disk, oldest first; in memory are at most the readings of the next pack or two.
final class BacklogLane {
    private final Journal journal;
    private final Packer packer;
    private final Deque<Reading> ahead = new ArrayDeque<>();
    private final Place place = new Place();

    BacklogLane(Journal journal, Packer packer) {
        this.journal = journal;
        this.packer = packer;
    }

    /// Readings in memory.
    int inMemory() {
        return ahead.size();
    }

    /// Takes out the next pack, full unless there is no more.
    ///
    /// @param waiting      how many readings are pending and neither live nor on their way
    /// @param liveFirstSeq where the live lane begins, in the journal's epoch
    /// @param isOnItsWay   whether a reading is in a shipment
    Optional<Packer.Packed> next(long waiting, long liveFirstSeq, Predicate<ReadingId> isOnItsWay) {
        if (ahead.size() < Math.min(waiting, packer.enough())) {
            read(liveFirstSeq, isOnItsWay);
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

    private void read(long liveFirstSeq, Predicate<ReadingId> isOnItsWay) {
        long epoch = journal.recovery().epoch();
        Journal.ReadBack read = journal.read(place, packer.enough() - ahead.size(), new Wanted() {
            @Override
            public boolean mayBeIn(Segment segment) {
                return segment.pending > 0;
            }

            @Override
            public boolean wants(ReadingId id) {
                return journal.isPending(id) && !isOnItsWay.test(id);
            }

            @Override
            public boolean endsBefore(ReadingId id) {
                return id.epoch() == epoch && id.seq() >= liveFirstSeq;
            }
        });
        ahead.addAll(read.readings());
        read.unreadable().forEach(journal::lose);
    }

    /// Leaves out what was given up since it was read.
    void dropGivenUp() {
        ahead.removeIf(reading -> !journal.isPending(reading.id()));
    }
}
