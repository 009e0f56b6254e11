package dev.millrace.local.kinesis;

import dev.millrace.local.kinesis.StreamReader.Page;
import dev.millrace.local.kinesis.StreamReader.ReadThrottled;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// One shard: an append-only run of records with the limits of AWS (Kinesis developer guide, "Quotas and limits").
/// Thread-safe by its own monitor; it never calls out while holding it.
final class Shard {
    static final int WRITE_BYTES_PER_SECOND = 1 << 20;
    static final int WRITE_RECORDS_PER_SECOND = 1_000;
    static final int READ_CALLS_PER_SECOND = 5;
    static final int READ_BYTES_PER_SECOND = 2 << 20;
    static final int READ_RECORDS_MAX = 10_000;
    static final int READ_BYTES_MAX = 10 << 20;

    /// What became of a put.
    sealed interface Put {
        record Taken(String sequenceNumber) implements Put {
        }

        record Throttled() implements Put {
        }

        /// The shard was split or merged meanwhile; the record belongs to a child.
        record Closed() implements Put {
        }
    }

    private final String id;
    private final HashRange range;
    private final List<Shard> parents;
    private final long createdMillis;
    private final long createdSecond;
    private final SequenceNumbers numbers;
    private final Allowance writeBytes;
    private final Allowance writeRecords;
    private final Allowance readBytes;
    private final Allowance readCalls;
    private final List<StreamRecord> records = new ArrayList<>();
    private int trimmed;
    private long nextPosition = 1;
    private List<Shard> children = List.of();
    private long closedMillis = -1;

    /// @param parents none, the split shard, or the two merged shards (the one to merge first, then the adjacent one)
    Shard(int number, HashRange range, List<Shard> parents, long nowMillis) {
        this.id = "shardId-%012d".formatted(number);
        this.range = range;
        this.parents = parents;
        this.createdMillis = nowMillis;
        // later than every parent, also when a shard is split twice in one second
        this.createdSecond = parents.stream().mapToLong(parent -> parent.createdSecond + 1)
                .reduce(Math.floorDiv(nowMillis, 1_000L), Math::max);
        this.numbers = new SequenceNumbers(createdSecond, number);
        this.writeBytes = new Allowance(WRITE_BYTES_PER_SECOND, nowMillis);
        this.writeRecords = new Allowance(WRITE_RECORDS_PER_SECOND, nowMillis);
        this.readBytes = new Allowance(READ_BYTES_PER_SECOND, nowMillis);
        this.readCalls = new Allowance(READ_CALLS_PER_SECOND, nowMillis);
    }

    synchronized Put put(String partitionKey, byte[] data, int size, long nowMillis) {
        if (closedMillis >= 0) {
            return new Put.Closed();
        }
        if (writeRecords.left(nowMillis) < 1 || writeBytes.left(nowMillis) < size) {
            return new Put.Throttled();
        }
        writeRecords.take(1);
        writeBytes.take(size);
        String sequenceNumber = numbers.at(nextPosition, nowMillis);
        records.add(new StreamRecord(nextPosition, sequenceNumber, partitionKey, nowMillis, data));
        nextPosition++;
        return new Put.Taken(sequenceNumber);
    }

    /// As `GetRecords`: counts as a call even when there is nothing to return.
    synchronized Page read(long position, int recordsMax, long nowMillis) throws ReadThrottled {
        if (readCalls.left(nowMillis) < 1 || readBytes.left(nowMillis) <= 0) {
            throw new ReadThrottled("Rate exceeded for shard " + id);
        }
        readCalls.take(1);
        int from = indexOf(position);
        var page = new ArrayList<StreamRecord>();
        int bytes = 0;
        for (int i = from; i < records.size() && page.size() < Math.min(recordsMax, READ_RECORDS_MAX); i++) {
            int size = records.get(i).data().length;
            if (bytes + size > READ_BYTES_MAX) {
                break;
            }
            bytes += size;
            page.add(records.get(i));
        }
        readBytes.take(bytes);
        long next = page.isEmpty() ? Math.max(position, firstPosition()) : page.getLast().position() + 1;
        boolean atTip = next >= nextPosition;
        long behind = atTip ? 0 : Math.max(0, nowMillis - records.get(indexOf(next)).arrivalMillis());
        return new Page(page, next, atTip && closedMillis >= 0, behind);
    }

    synchronized long positionOf(StartingPosition start) {
        return switch (start) {
            case StartingPosition.TrimHorizon _ -> firstPosition();
            case StartingPosition.Latest _ -> nextPosition;
            case StartingPosition.AtSequenceNumber(String number) -> positionOf(number);
            case StartingPosition.AfterSequenceNumber(String number) -> positionOf(number) + 1;
            case StartingPosition.AtTimestamp(var instant) -> {
                long millis = instant.toEpochMilli();
                for (int i = trimmed; i < records.size(); i++) {
                    if (records.get(i).arrivalMillis() >= millis) {
                        yield records.get(i).position();
                    }
                }
                yield nextPosition;
            }
        };
    }

    private long positionOf(String sequenceNumber) {
        OptionalLong position = numbers.positionOf(sequenceNumber);
        if (position.isEmpty()) {
            throw KinesisError.invalidArgument("StartingSequenceNumber %s is not of shard %s".formatted(sequenceNumber, id));
        }
        return Math.min(position.getAsLong(), nextPosition);
    }

    synchronized long recordsFrom(long position) {
        return (long) records.size() - indexOf(position);
    }

    /// Forgets what arrived before `horizonMillis`.
    synchronized void trim(long horizonMillis) {
        while (trimmed < records.size() && records.get(trimmed).arrivalMillis() < horizonMillis) {
            records.set(trimmed, null);
            trimmed++;
        }
        // copying the rest pays off only when at least as much is dropped
        if (trimmed > records.size() - trimmed) {
            records.subList(0, trimmed).clear();
            trimmed = 0;
        }
    }

    synchronized void close(long nowMillis) {
        if (closedMillis >= 0) {
            throw KinesisError.inUse("shard %s is closed".formatted(id));
        }
        closedMillis = nowMillis;
    }

    synchronized void adopt(List<Shard> newChildren) {
        children = List.copyOf(newChildren);
    }

    private long firstPosition() {
        return nextPosition - records.size() + trimmed;
    }

    private int indexOf(long position) {
        long index = trimmed + position - firstPosition();
        return Math.clamp(index, trimmed, records.size());
    }

    String id() {
        return id;
    }

    HashRange range() {
        return range;
    }

    List<Shard> parents() {
        return parents;
    }

    long createdMillis() {
        return createdMillis;
    }

    String startingSequenceNumber() {
        return numbers.at(0, createdMillis);
    }

    synchronized String endingSequenceNumber() {
        return numbers.end(closedMillis);
    }

    synchronized List<Shard> children() {
        return children;
    }

    synchronized boolean closed() {
        return closedMillis >= 0;
    }

    /// Whether the shard took records at this time.
    synchronized boolean wasOpenAt(long millis) {
        return createdMillis <= millis && (closedMillis < 0 || closedMillis > millis);
    }

    /// Whether the shard was closed before this time.
    synchronized boolean closedBefore(long millis) {
        return closedMillis >= 0 && closedMillis < millis;
    }
}
