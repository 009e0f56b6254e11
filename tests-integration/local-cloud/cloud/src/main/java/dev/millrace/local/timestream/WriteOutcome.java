package dev.millrace.local.timestream;

import java.util.List;

/// What became of the records of one call. Every record is counted once.
record WriteOutcome(int memoryStore, int magneticStore, List<Rejection> rejections) {
    WriteOutcome {
        rejections = List.copyOf(rejections);
    }
}
