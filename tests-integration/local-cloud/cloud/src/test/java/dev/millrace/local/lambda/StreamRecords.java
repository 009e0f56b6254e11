package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.local.kinesis.StreamRecord;
import java.util.List;
import java.util.stream.LongStream;

/// Records as a shard would hold them.
final class StreamRecords {
    /// 2026-11-23T10:00:00.123Z
    static final long ARRIVAL_MILLIS = 1_795_428_000_123L;

    private StreamRecords() {
    }

    static StreamRecord record(long position) {
        return new StreamRecord(position, sequenceNumber(position), "truck-" + position, ARRIVAL_MILLIS,
                ("r" + position).getBytes(UTF_8));
    }

    static String sequenceNumber(long position) {
        return "4968%052d".formatted(position);
    }

    static List<StreamRecord> records(long from, long to) {
        return LongStream.range(from, to).mapToObj(StreamRecords::record).toList();
    }
}
