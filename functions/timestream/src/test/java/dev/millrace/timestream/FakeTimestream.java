package dev.millrace.timestream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ThrottlingException;
import software.amazon.awssdk.services.timestreamwrite.model.WriteRecordsRequest;
import software.amazon.awssdk.services.timestreamwrite.model.WriteRecordsResponse;

/// Timestream's rules of version and partial rejection, with the reasons as seen in the field.
final class FakeTimestream implements TimestreamWriteClient {
    final Map<String, Record> rows = new ConcurrentHashMap<>();
    final AtomicInteger throttles = new AtomicInteger();
    private final long oldestNanos;

    FakeTimestream(long oldestMillis) {
        this.oldestNanos = oldestMillis * 1_000_000;
    }

    @Override
    public WriteRecordsResponse writeRecords(WriteRecordsRequest request) {
        if (throttles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw ThrottlingException.builder().message("slow down").build();
        }
        if (request.records().size() > 100) {
            throw new IllegalArgumentException("more than 100 records");
        }
        List<RejectedRecord> rejected = new ArrayList<>();
        for (int i = 0; i < request.records().size(); i++) {
            reject(request.tableName(), request.records().get(i), i, rejected);
        }
        if (!rejected.isEmpty()) {
            throw RejectedRecordsException.builder().message("One or more records have been rejected. See RejectedRecords for details.")
                    .rejectedRecords(rejected).build();
        }
        return WriteRecordsResponse.builder().build();
    }

    private synchronized void reject(String table, Record record, int index, List<RejectedRecord> rejected) {
        String key = table + record.dimensions() + record.time() + record.measureName();
        Record stored = rows.get(key);
        if (Long.parseLong(record.time()) < oldestNanos) {
            rejected.add(RejectedRecord.builder().recordIndex(index).reason("The record timestamp is outside the time range [a, b) of the memory store.").build());
        } else if (stored == null || stored.equals(record) || stored.version() < record.version()) {
            rows.put(key, record);
        } else if (stored.version() > record.version()) {
            rejected.add(RejectedRecord.builder().recordIndex(index).existingVersion(stored.version())
                    .reason("The record version 2 is lower than the existing version 3. A higher version is required to update the measure value.").build());
        } else {
            rejected.add(RejectedRecord.builder().recordIndex(index)
                    .reason("A record already exists with the same time, dimensions, measure name, and record version.").build());
        }
    }

    @Override
    public String serviceName() {
        return "timestream";
    }

    @Override
    public void close() {
    }
}
