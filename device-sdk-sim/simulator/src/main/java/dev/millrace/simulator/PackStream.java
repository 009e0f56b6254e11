package dev.millrace.simulator;

import java.util.List;
import java.util.Optional;

/// The stream behind the topic rule.
interface PackStream extends AutoCloseable {
    /// Records a call (Kinesis API reference, PutRecords).
    int RECORDS_MAX = 500;
    /// A call, partition keys included. The same page has said 5 MB and 10 MiB.
    int BYTES_MAX = 5_000_000;

    /// Puts at most [#RECORDS_MAX] records of at most [#BYTES_MAX] bytes. From several threads. Of any other exception than
    /// [Unusable] it is not known which of them the stream has.
    ///
    /// @return in the order of the records why the stream did not take each, empty if it did
    /// @throws Unusable if trying again is no use
    List<Optional<String>> put(List<Outgoing> records) throws Unusable;

    @Override
    void close();

    /// There is no such stream, or it must not be written.
    final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
