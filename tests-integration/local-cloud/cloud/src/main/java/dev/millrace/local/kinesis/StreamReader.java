package dev.millrace.local.kinesis;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What a consumer in this process reads: shards under the same limits as for a client over HTTP (5 reads a second and
/// 2 MB a second for each shard, shared by all consumers), without the wire in between.
public interface StreamReader {
    /// A shard that retention has not yet removed.
    ///
    /// @param parents the shards that were split or merged into this one; they may be gone from the stream already
    record ShardView(String shardId, List<String> parents, boolean closed) {
        public ShardView {
            requireNonNull(shardId, "shardId is null");
            parents = List.copyOf(parents);
        }
    }

    /// What one read returned.
    ///
    /// @param nextPosition where to read on
    /// @param endOfShard the shard is closed and everything up to its end has been returned
    /// @param millisBehindLatest 0 at the newest record
    record Page(List<StreamRecord> records, long nextPosition, boolean endOfShard, long millisBehindLatest) {
        public Page {
            records = List.copyOf(records);
        }
    }

    /// The shard's read limit is used up; the same read may be tried again later.
    final class ReadThrottled extends Exception {
        private static final long serialVersionUID = 1L;

        ReadThrottled(String message) {
            super(message, null, false, false);
        }
    }

    /// @throws IllegalArgumentException if there is no such stream; so do all methods here, for a shard as well
    List<ShardView> shards(String stream);

    /// The position at which reading from `start` begins.
    long positionOf(String stream, String shardId, StartingPosition start);

    /// At most `recordsMax` records and 10 MB from `position` on, oldest first.
    Page read(String stream, String shardId, long position, int recordsMax) throws ReadThrottled;

    /// How many records the shard holds from `position` on. Not a call that AWS has; not counted as a read.
    long recordsFrom(String stream, String shardId, long position);
}
