package dev.millrace.local.timestream;

/// What Timestream bills of the writes to one table.
///
/// @param memoryHours retention of its memory store
/// @param kibibytes   each WriteRecords call rounded up
/// @param storedBytes of the rows that are there, the last version of each
public record WritesUse(String table, int memoryHours, long calls, long kibibytes, long storedBytes) {
    private static final int KIBIBYTE = 1_024;

    WritesUse plus(WriteRequest request, long storedBytesNow) {
        return new WritesUse(table, memoryHours, calls + 1, kibibytes + Math.ceilDiv(request.meteredBytes(), KIBIBYTE), storedBytesNow);
    }
}
