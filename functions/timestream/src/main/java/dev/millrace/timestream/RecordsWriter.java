package dev.millrace.timestream;

import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;

/// Carries the body of a WriteRecords call to Timestream.
@FunctionalInterface
interface RecordsWriter {
    /// @throws RejectedRecordsException                            if some records were rejected; the others are stored
    /// @throws software.amazon.awssdk.core.exception.SdkException if it is not known that they are stored
    void write(byte[] body);
}
