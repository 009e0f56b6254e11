package dev.millrace.events;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/// The identity of a reading, given once, at the device. Everything after the device may repeat, reorder
/// or delay a reading; its identity makes that harmless.
///
/// @param thing the AWS IoT thing that measured, see [Names#requireThing]
/// @param epoch the life of the device's journal, 1 to [#EPOCH_MAX]; a new one starts only when the journal is new or lost
/// @param seq   count of the readings taken in this epoch, from 1 to [#SEQ_MAX], without holes
public record ReadingId(String thing, long epoch, long seq) implements Comparable<ReadingId> {
    /// 2^53 - 1: the largest integer that every JSON reader keeps exact.
    public static final long EPOCH_MAX = (1L << 53) - 1;
    /// 2^53 - 1: the largest integer that every JSON reader keeps exact.
    public static final long SEQ_MAX = (1L << 53) - 1;

    private static final Comparator<ReadingId> ORDER =
            Comparator.comparing(ReadingId::thing).thenComparingLong(ReadingId::epoch).thenComparingLong(ReadingId::seq);

    public ReadingId {
        requireNonNull(thing, "thing is null");
        if (epoch < 1 || epoch > EPOCH_MAX) {
            throw new IllegalArgumentException("epoch of %s not in 1..%d: %d".formatted(thing, EPOCH_MAX, epoch));
        }
        if (seq < 1 || seq > SEQ_MAX) {
            throw new IllegalArgumentException("seq of %s not in 1..%d: %d".formatted(thing, SEQ_MAX, seq));
        }
    }

    @Override
    public int compareTo(ReadingId other) {
        return ORDER.compare(this, other);
    }

    /// `thing/epoch/seq`, as reports and logs name a reading.
    @Override
    public String toString() {
        return thing + "/" + epoch + "/" + seq;
    }
}
