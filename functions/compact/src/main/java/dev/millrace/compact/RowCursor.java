package dev.millrace.compact;

import java.io.IOException;

/// Rows in ascending order of their keys, one at a time, each in the form of [Rows].
interface RowCursor extends AutoCloseable {
    /// Steps to the next row.
    ///
    /// @return false if there is none
    boolean next() throws IOException;

    /// Holds the current row, until the next step.
    byte[] bytes();

    /// Where the current row begins in [#bytes].
    int at();

    @Override
    default void close() throws IOException {
    }
}
