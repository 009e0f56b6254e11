package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.RunningPane;
import java.nio.charset.StandardCharsets;

/// Computes panes from rows that come in order of thing and time, one pane at a time.
final class PaneWalk {
    private static final long MICROS_PER_MILLI = 1_000;

    private final DeviceType type;
    private final RowReadings readings;
    private final Finished finished;
    private byte[] thing = new byte[0];
    private String thingName = "";
    private RunningPane pane;
    private long wanted;

    /// Takes the panes.
    interface Finished {
        /// @param wanted how many of its readings were wanted, at least 1
        void pane(String thing, Pane pane, long wanted);
    }

    /// @param finished told of each pane of which a row was wanted, after its last row
    PaneWalk(Rows rows, Finished finished) {
        this.type = rows.type();
        this.readings = new RowReadings(rows);
        this.finished = requireNonNull(finished, "finished is null");
    }

    /// Adds a row to its pane.
    ///
    /// @param isWanted whether the pane is wanted for this row's sake
    void add(byte[] row, int at, boolean isWanted) {
        if (!Rows.isOf(row, at, thing)) {
            finish();
            thingName = Rows.thing(row, at);
            thing = thingName.getBytes(StandardCharsets.UTF_8);
        }
        long takenAtMillis = Rows.takenAtMicros(row, at) / MICROS_PER_MILLI;
        if (pane == null || takenAtMillis >= pane.key().endMillis()) {
            finish();
            pane = RunningPane.around(type, takenAtMillis);
        }
        if (isWanted) {
            wanted++;
        }
        pane.add(readings.read(row, at));
    }

    /// Ends the last pane.
    void finish() {
        if (pane != null && wanted > 0) {
            finished.pane(thingName, pane.result(), wanted);
        }
        pane = null;
        wanted = 0;
    }
}
