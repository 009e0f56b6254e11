package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger.Interval;

/// Asks a device for some of its readings once more.
record Command(String thing, long epoch, Interval seqs) {
    String topic() {
        return "cmd/%s/resend".formatted(thing);
    }

    /// As the device guide has it.
    String payload() {
        return "{\"epoch\":%d,\"from\":%d,\"to\":%d}".formatted(epoch, seqs.first(), seqs.last());
    }
}
