package dev.millrace.compact;

import java.io.IOException;
import java.util.List;
import java.util.SortedSet;

/// What has landed of one device type. Keys are without the type's prefix: `arrival_date=2026-11-23/arrival_hour=07/….parquet`;
/// they sort by hour.
interface Landing {
    record LandingObject(String key, long bytes) {
    }

    /// The objects whose keys come after one, in order of their keys.
    default List<LandingObject> list(String after) throws IOException {
        return list(after, "\uffff");
    }

    /// The objects whose keys come after one and before another, in order of their keys.
    List<LandingObject> list(String after, String before) throws IOException;

    byte[] read(String key) throws IOException;

    /// Marks objects as taken into the table: a lifecycle rule may delete them. Objects that are gone are left out.
    /// When it returns, or fails, the last key is marked only if all are.
    void markCompacted(SortedSet<String> keys) throws IOException;

    /// Whether an object is marked, or gone.
    boolean isCompacted(String key) throws IOException;
}
