package dev.millrace.compact;

/// What a set of rows holds, whatever their order: how many they are, and the sum of their hashes.
record Content(long rows, long hash) {
    static final Content NONE = new Content(0, 0);

    Content plus(Content other) {
        return new Content(rows + other.rows, hash + other.hash);
    }

    /// Counts rows up.
    static final class Count {
        private long rows;
        private long hash;

        void add(byte[] row, int at) {
            rows++;
            hash += Rows.hash(row, at);
        }

        Content content() {
            return new Content(rows, hash);
        }
    }

    @Override
    public String toString() {
        return "%d rows, hash %016x".formatted(rows, hash);
    }
}
