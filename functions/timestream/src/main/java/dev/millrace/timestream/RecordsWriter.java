package dev.millrace.timestream;

/// One WriteRecords call, its body encoded already. Called from many threads.
@FunctionalInterface
public interface RecordsWriter {
    /// Returns when all records are durable.
    ///
    /// @param body of the call as JSON, never changed by anybody
    /// @throws software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException if some are not
    /// @throws software.amazon.awssdk.core.exception.SdkException if none is known to be
    void write(byte[] body);
}
