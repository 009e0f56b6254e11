package dev.millrace.benchmarks.flink;

import java.util.BitSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/// Lets each reading of a thing through once, and of those only the plausible. Seen are the seqs of each epoch, as bits:
/// on the heap backend that is the cheapest state there is, cheaper than an entry for each reading.
final class Deduplicate extends KeyedProcessFunction<String, TruckReading, TruckReading> {
    private static final long serialVersionUID = 1L;

    private transient MapState<Long, BitSet> seen;

    @Override
    public void open(OpenContext context) {
        seen = getRuntimeContext().getMapState(new MapStateDescriptor<>("seen", Types.LONG, Types.GENERIC(BitSet.class)));
    }

    @Override
    public void processElement(TruckReading reading, Context context, Collector<TruckReading> out) throws Exception {
        BitSet seqs = seen.get(reading.epoch);
        if (seqs == null) {
            seqs = new BitSet();
            seen.put(reading.epoch, seqs);
        }
        int seq = Math.toIntExact(reading.seq);
        if (seqs.get(seq)) {
            Tallies.DUPLICATE.increment();
            return;
        }
        seqs.set(seq);
        if (reading.isPlausible()) {
            Tallies.ACCEPTED.increment();
            out.collect(reading);
        } else {
            Tallies.REJECTED.increment();
        }
    }
}
