package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.StreamRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The records of one shard between KCL and the consumer: gathers a batch as an event source mapping does, by number, bytes and
/// time, and delivers it. KCL calls from one thread at a time; [#behindMillis] may be asked from any.
///
/// Once a batch was left unsettled, everything that follows is left alone: it is behind the checkpoint, and comes to the shard's next
/// owner.
final class ShardWork {
    private final String shard;
    private final Delivery delivery;
    private final Gathering gathering;
    private final InstantSource clock;
    private final List<StreamRecord> gathered = new ArrayList<>();
    private long gatheredBytes;
    private long gatheringSinceMillis;
    private boolean isLeft;
    /// When the first record arrived that is not settled; -1 if there is none at hand.
    private volatile long oldestMillis = -1;
    private volatile long behindLatestMillis;

    /// @param records      of a batch at most
    /// @param bytes        of a batch, from which on it waits no longer
    /// @param windowMillis how long the first record of a batch waits for others
    record Gathering(int records, long bytes, long windowMillis) {
    }

    ShardWork(String shard, Delivery delivery, Gathering gathering, InstantSource clock) {
        this.shard = requireNonNull(shard, "shard is null");
        this.delivery = requireNonNull(delivery, "delivery is null");
        this.gathering = requireNonNull(gathering, "gathering is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Takes records, possibly none, and delivers what is due.
    ///
    /// @param behindLatest how old the newest of them is when there are newer ones in the shard, in milliseconds
    void take(List<StreamRecord> records, long behindLatest, ShardLease lease) {
        behindLatestMillis = behindLatest;
        if (isLeft) {
            return;
        }
        for (StreamRecord record : records) {
            add(record);
            if (gathered.size() >= gathering.records() || gatheredBytes >= gathering.bytes()) {
                deliver(lease);
            }
        }
        if (!gathered.isEmpty() && clock.millis() - gatheringSinceMillis >= gathering.windowMillis()) {
            deliver(lease);
        }
    }

    /// Delivers what has been gathered, due or not.
    ///
    /// @return whether every record that was taken is settled
    boolean finish(ShardLease lease) {
        deliver(lease);
        return !isLeft;
    }

    /// Another worker has the shard: nothing here is this one's any more.
    void abandon() {
        leave();
    }

    /// How long the oldest record that is not settled has been in the stream, or, with none at hand, how far reading is behind.
    long behindMillis() {
        long oldest = oldestMillis;
        return oldest < 0 ? behindLatestMillis : Math.max(0, clock.millis() - oldest);
    }

    private void add(StreamRecord record) {
        if (isLeft) {
            return;
        }
        if (gathered.isEmpty()) {
            gatheringSinceMillis = clock.millis();
            oldestMillis = record.arrivedAtMillis();
        }
        gathered.add(record);
        gatheredBytes += record.payload().length;
    }

    private void deliver(ShardLease lease) {
        if (gathered.isEmpty()) {
            return;
        }
        if (delivery.deliver(new Batch(shard, gathered), lease)) {
            clear();
        } else {
            leave();
        }
    }

    private void leave() {
        isLeft = true;
        clear();
    }

    private void clear() {
        gathered.clear();
        gatheredBytes = 0;
        oldestMillis = -1;
    }
}
