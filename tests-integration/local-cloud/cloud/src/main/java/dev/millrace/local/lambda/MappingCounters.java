package dev.millrace.local.lambda;

import java.util.concurrent.atomic.LongAdder;

/// What a mapping has done so far. Written by many threads.
final class MappingCounters {
    final LongAdder invocations = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder settledRecords = new LongAdder();
    final LongAdder retriedRecords = new LongAdder();
    final LongAdder droppedRecords = new LongAdder();
    final LongAdder expiredRecords = new LongAdder();
    final LongAdder onFailureDelivered = new LongAdder();
    final LongAdder onFailureLost = new LongAdder();
    final LongAdder readsThrottled = new LongAdder();
}
