package dev.millrace.cost;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Plan;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// What one thing of a fleet takes in the stores, from the pipeline's own plans: its readings are decided on as ingest
/// would, batch after batch, and sizes are those of the states and rollups that come of it.
///
/// @param batches    in which the thing was
/// @param packBytes  of one pack, on the mean
/// @param writeUnits of DynamoDB, for all batches
/// @param readUnits  of DynamoDB, strongly consistent, for all batches
/// @param itemBytes  of the state at the end
/// @param rollups    that were written, all batches together
record OneThing(long batches, double packBytes, long writeUnits, long readUnits, int itemBytes, long rollups) {
    private static final long START_MILLIS = 1_795_000_000_000L / 86_400_000 * 86_400_000;
    private static final double WRITE_BYTES = 1_024;
    private static final double READ_BYTES = 4_096;
    private static final int PLANS_MAX = 4_000;
    /// Names of an item's attributes: thing, version, idle_from, body.
    private static final int NAMES_BYTES = 25;

    /// A thing that has been sending for longer than its panes stay open, over the length of a pane.
    static OneThing steady(Fleet fleet, int packsPerBatch) {
        double batchSeconds = fleet.packSeconds() * packsPerBatch;
        double paneSeconds = fleet.type().pane().toSeconds();
        // a batch more, so that it ends where a pane does and all of them stand
        long warmBatches = (long) Math.ceil((fleet.type().allowedLateness().toSeconds() + paneSeconds) / batchSeconds) + 1;
        long batches = Math.max(1, Math.round(paneSeconds / batchSeconds));
        return simulate(fleet, packsPerBatch, Math.min(warmBatches, PLANS_MAX), Math.min(batches, PLANS_MAX));
    }

    /// A thing that was never seen before.
    static OneThing fresh(Fleet fleet, int packsPerBatch, double seconds) {
        return simulate(fleet, packsPerBatch, 0, Math.max(1, Math.round(seconds / fleet.packSeconds() / packsPerBatch)));
    }

    private static OneThing simulate(Fleet fleet, int packsPerBatch, long warmBatches, long batches) {
        String thing = fleet.type().name() + "-00042";
        var readings = new MadeUp(fleet, thing);
        ThingState state = ThingState.unseen(thing);
        long writeUnits = 0;
        long readUnits = 0;
        long rollups = 0;
        for (long batch = -warmBatches; batch < batches; batch++) {
            List<StreamRecord> records = new ArrayList<>(packsPerBatch);
            for (int i = 0; i < packsPerBatch; i++) {
                records.add(readings.next());
            }
            int before = state.version() == 0 ? 0 : itemBytes(state);
            Plan plan = Plan.of(Map.of(thing, records), Map.of(thing, state), PackCodec.anyFormat(), DeviceTypes.of(fleet.type()), Limits.DEFAULT);
            state = plan.states().getFirst();
            if (batch >= 0) {
                records.forEach(record -> readings.bytes += record.payload().length);
                writeUnits += (long) Math.ceil(Math.max(before, itemBytes(state)) / WRITE_BYTES);
                readUnits += (long) Math.max(1, Math.ceil(before / READ_BYTES));
                rollups += plan.rollups().size();
            }
        }
        return new OneThing(batches, readings.bytes / (double) (batches * packsPerBatch), writeUnits, readUnits, itemBytes(state), rollups);
    }

    /// As DynamoDB sizes it: names and values, a number a byte for each two digits and one more.
    private static int itemBytes(ThingState state) {
        return NAMES_BYTES + state.thing().length() + numberBytes(state.version()) + numberBytes(state.progress().idleFromMillis()) + StateCodec.encode(state).length;
    }

    private static int numberBytes(long number) {
        return number == 0 ? 1 : 1 + Math.ceilDiv(Long.toString(number).length(), 2);
    }

    /// Readings with all measures of their type, as sensors round them: one decimal, positions six.
    private static final class MadeUp {
        private final SplittableRandom random = new SplittableRandom(1);
        private final Fleet fleet;
        private final String thing;
        private long seq;
        private long records;
        private long bytes;

        private MadeUp(Fleet fleet, String thing) {
            this.fleet = fleet;
            this.thing = thing;
        }

        private StreamRecord next() {
            List<Reading> readings = new ArrayList<>(fleet.pack());
            for (int i = 0; i < fleet.pack(); i++) {
                var measures = new TreeMap<String, Double>();
                for (DeviceType.Measure measure : fleet.type().measuresInUse()) {
                    double unit = measure.name().equals("lat") || measure.name().equals("lon") ? 1e6 : 10;
                    measures.put(measure.name(), Math.rint(random.nextDouble(measure.min(), measure.max()) * unit) / unit);
                }
                readings.add(new Reading(new ReadingId(thing, 1, seq + 1), START_MILLIS + Math.round(seq * fleet.intervalSeconds() * 1_000), measures));
                seq++;
            }
            byte[] payload = fleet.format().codec().encode(new Pack(thing, fleet.type().name(), 1, readings));
            return new StreamRecord(Long.toString(++records), thing, readings.getLast().takenAtMillis(), payload);
        }
    }
}
