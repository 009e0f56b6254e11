package dev.millrace.compact;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Decides row by row what is new to the table, and enters it into the state: the reading into its ledger, and the pane
/// that it may have missed into the list of those that are to be computed again.
///
/// The hot path leaves a reading out of its pane if the pane was closed before: by the thing's watermark, which is at most
/// the arrival and [DeviceType#maxSkew], or because the thing was silent since a reading that is at most the skew ahead of
/// its arrival. Either way the reading arrived later than its pane's start and the allowed lateness, less the skew. Such a pane is computed again, even if nothing was left out of it;
/// and so is one with readings that landed late, because it may have been computed without them. A late repeat counts too:
/// it may be the redrive of a batch that was given up, of which the hot path had written a rollup and no more.
final class Admission {
    private static final long MICROS_PER_MILLI = 1_000;

    private final LakeState state;
    private final long paneMillis;
    private final long suspectAfterMillis;
    private final long completeToMillis;
    private byte[] thing = new byte[0];
    private String thingName = "";
    private Map<Long, Ledger> ledgers = Map.of();
    private long epoch = -1;
    private Ledger ledger;

    Admission(LakeState state, DeviceType type) {
        this.state = state;
        this.paneMillis = type.pane().toMillis();
        this.suspectAfterMillis = type.allowedLateness().minus(type.maxSkew()).toMillis();
        this.completeToMillis = state.completeToMillis();
    }

    /// @return whether the table does not have it
    boolean admit(byte[] row, int at) {
        if (!Rows.isOf(row, at, thing)) {
            thingName = Rows.thing(row, at);
            thing = thingName.getBytes(StandardCharsets.UTF_8);
            ledgers = state.ledgersOf(thingName);
            epoch = -1;
        }
        if (Rows.epoch(row, at) != epoch) {
            epoch = Rows.epoch(row, at);
            ledger = ledgers.computeIfAbsent(epoch, _ -> LakeState.emptyLedger());
        }
        long takenAtMillis = Rows.takenAtMicros(row, at) / MICROS_PER_MILLI;
        long arrivedAtMillis = Rows.arrivedAtMicros(row, at) / MICROS_PER_MILLI;
        long pane = takenAtMillis / paneMillis;
        if (arrivedAtMillis >= pane * paneMillis + suspectAfterMillis || arrivedAtMillis < completeToMillis) {
            state.panes().computeIfAbsent(thingName, _ -> LakeState.emptyLedger()).add(LakeState.paneNumber(takenAtMillis, paneMillis));
        }
        return ledger.add(Rows.seq(row, at));
    }

}
