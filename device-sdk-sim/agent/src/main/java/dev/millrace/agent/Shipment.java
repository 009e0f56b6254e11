package dev.millrace.agent;

import dev.millrace.events.Pack;

/// A pack on its way: sent, or waiting to be sent again. Its payload never changes, so that a resending says the
/// same about the same readings.
final class Shipment {
    final Pack pack;
    final byte[] payload;
    int attempts;
    boolean isOut;
    /// When it is out: the time by which an answer is expected; else: when to send it again.
    long dueNanos;

    Shipment(Pack pack, byte[] payload) {
        this.pack = pack;
        this.payload = payload;
    }
}
