package dev.millrace.compact;

import java.util.ArrayList;
import java.util.List;

/// Rows of one commit in memory, in runs that are in order, to be merged. Bounded: a full buffer takes no more.
final class RowBuffer {
    private static final int CHUNK_BYTES = 8 << 20;

    /// A row never crosses from one chunk to the next.
    private static final class Chunk {
        private final byte[] bytes = new byte[CHUNK_BYTES];
        private int end;
    }

    /// A place between two rows.
    ///
    /// @param chunk index of the chunk
    /// @param at    in its bytes
    /// @param rows  before it
    /// @param runs  before it
    record Mark(int chunk, int at, long rows, int runs) {
    }

    private final int chunksMax;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Mark> runs = new ArrayList<>();
    private int chunk;
    private long rows;
    /// Of the last row in its run, or -1 before the run's first.
    private int lastAt = -1;
    private int lastChunk;

    /// @param capacityBytes at least 16 MiB
    RowBuffer(long capacityBytes) {
        if (capacityBytes < 2 * CHUNK_BYTES) {
            throw new IllegalArgumentException("capacityBytes must be at least %d: %d".formatted(2 * CHUNK_BYTES, capacityBytes));
        }
        chunksMax = Math.toIntExact(capacityBytes / CHUNK_BYTES);
        chunks.add(new Chunk());
    }

    Mark mark() {
        return new Mark(chunk, chunks.get(chunk).end, rows, runs.size());
    }

    /// Forgets all rows since the mark.
    void rollBack(Mark mark) {
        chunk = mark.chunk;
        chunks.get(chunk).end = mark.at;
        rows = mark.rows;
        while (runs.size() > mark.runs) {
            runs.removeLast();
        }
        beginRun();
    }

    /// Forgets all rows, but keeps their memory.
    void clear() {
        rollBack(new Mark(0, 0, 0, 0));
    }

    /// The next row may come before the last one.
    void beginRun() {
        lastAt = -1;
    }

    /// @return false if the buffer is full
    boolean add(byte[] row, int at) {
        int length = Rows.length(row, at);
        if (length > CHUNK_BYTES) {
            throw new IllegalArgumentException("row of %d bytes".formatted(length));
        }
        if (chunks.get(chunk).end + length > CHUNK_BYTES && !nextChunk()) {
            return false;
        }
        Chunk into = chunks.get(chunk);
        System.arraycopy(row, at, into.bytes, into.end, length);
        // a file that is not in order is as many runs as it takes
        if (lastAt < 0 || Rows.compare(chunks.get(lastChunk).bytes, lastAt, into.bytes, into.end) > 0) {
            runs.add(new Mark(chunk, into.end, rows, runs.size()));
        }
        lastChunk = chunk;
        lastAt = into.end;
        into.end += length;
        rows++;
        return true;
    }

    private boolean nextChunk() {
        if (chunk + 1 == chunksMax) {
            return false;
        }
        chunk++;
        if (chunk == chunks.size()) {
            chunks.add(new Chunk());
        }
        chunks.get(chunk).end = 0;
        return true;
    }

    /// All rows in order.
    RowCursor merged() {
        List<RowCursor> cursors = new ArrayList<>(runs.size());
        for (int i = 0; i < runs.size(); i++) {
            cursors.add(new Run(runs.get(i), i + 1 < runs.size() ? runs.get(i + 1).rows : rows));
        }
        return new RowMerge(cursors);
    }

    private final class Run implements RowCursor {
        private long left;
        private int current;
        private int at;
        private int nextAt;

        Run(Mark start, long rowsEnd) {
            this.left = rowsEnd - start.rows;
            this.current = start.chunk;
            this.nextAt = start.at;
        }

        @Override
        public boolean next() {
            if (left == 0) {
                return false;
            }
            if (nextAt == chunks.get(current).end) {
                current++;
                nextAt = 0;
            }
            at = nextAt;
            nextAt += Rows.length(chunks.get(current).bytes, at);
            left--;
            return true;
        }

        @Override
        public byte[] bytes() {
            return chunks.get(current).bytes;
        }

        @Override
        public int at() {
            return at;
        }
    }
}
