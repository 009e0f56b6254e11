package dev.millrace.agent;

import dev.millrace.events.Pack;
import dev.millrace.events.ReadingId;
import java.util.List;

/// A pack on its way: sent, or waiting to be sent again. Its payload never changes, so that a resending says the
/// same about the same readings.
final class Shipment {
    final Lane lane;
    final long epoch;
    final List<SeqRange> seqs;
    final byte[] payload;
    int attempts;
    boolean isOut;
    /// When it is out: the time by which an answer is expected; else: when to send it again.
    long dueNanos;

    enum Lane {
        LIVE, BACKLOG,
        /// Already acknowledged, and asked for again.
        RESEND
    }

    Shipment(Lane lane, Pack pack, byte[] payload) {
        this.lane = lane;
        this.epoch = pack.epoch();
        this.seqs = SeqRange.covering(pack.readings());
        this.payload = payload;
    }

    boolean holds(ReadingId id) {
        return id.epoch() == epoch && seqs.stream().anyMatch(range -> range.first() <= id.seq() && id.seq() <= range.last());
    }
}
