package dev.millrace.timestream;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClientBuilder;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;

/// Two tables. `readings`: a row a reading, dimensions `thing` and `type`, `measure_name` the type, columns `epoch`,
/// `seq` and the type's measures. `rollups`: a row a pane, `measure_name` is `pane_1m`, columns `readings` and for each
/// measure `<measure>_count`, `_sum`, `_sum_of_squares`, `_min`, `_max`, `_first`, `_last`.
///
/// Timestream knows a row by dimensions, time and measure name. Two readings of one thing in the same millisecond
/// must stay two, so the row's time is the instant of measurement plus `seq` modulo one million nanoseconds.
/// Measures that the type does not know are left to the lake: a table takes 1,024 measure names in all (Timestream
/// quotas), and a device must not be able to use them up.
public final class TimestreamSeries implements TimeSeries {
    /// WriteRecords takes at most 100 records (Timestream quotas).
    private static final int RECORDS_MAX = 100;
    private static final int CALLS_IN_FLIGHT = 8;

    private final RecordsWriter writer;
    private final String database;
    private final String readingsTable;
    private final String rollupsTable;

    /// @param builder a client's, with region, credentials and HTTP client as wanted; the series builds its own from it
    public TimestreamSeries(TimestreamWriteClientBuilder builder, String database, String readingsTable, String rollupsTable) {
        this(new EncodedRecords(builder, database), database, readingsTable, rollupsTable);
    }

    TimestreamSeries(RecordsWriter writer, String database, String readingsTable, String rollupsTable) {
        this.writer = requireNonNull(writer, "writer is null");
        this.database = requireNonNull(database, "database is null");
        this.readingsTable = requireNonNull(readingsTable, "readingsTable is null");
        this.rollupsTable = requireNonNull(rollupsTable, "rollupsTable is null");
    }

    /// One record that was not stored, and why.
    private record Rejected(int index, String reason) {
    }

    @Override
    public List<Refused> store(List<Accepted> readings, List<Rollup> rollups) throws SinkUnavailable {
        var inFlight = new Semaphore(CALLS_IN_FLIGHT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Rejected>>> rollupWrites = write(threads, inFlight, rollups,
                    chunk -> RecordsBody.ofRollups(database, rollupsTable, chunk));
            List<Future<List<Rejected>>> readingWrites = write(threads, inFlight, readings,
                    chunk -> RecordsBody.ofReadings(database, readingsTable, chunk));
            for (Future<List<Rejected>> write : rollupWrites) {
                // a pane outside the table's window of time has nowhere to go; its readings are what counts
                write.get();
            }
            List<Refused> refused = new ArrayList<>();
            for (Future<List<Rejected>> write : readingWrites) {
                for (Rejected rejected : write.get()) {
                    refused.add(new Refused(readings.get(rejected.index), rejected.reason));
                }
            }
            return refused;
        } catch (ExecutionException e) {
            throw new SinkUnavailable("Timestream database %s: %s".formatted(database, e.getCause().getMessage()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkUnavailable("Timestream database %s: interrupted".formatted(database), e);
        }
    }

    private <T> List<Future<List<Rejected>>> write(ExecutorService threads, Semaphore inFlight, List<T> all, Function<List<T>, byte[]> encoding) {
        List<Future<List<Rejected>>> writes = new ArrayList<>();
        for (int from = 0; from < all.size(); from += RECORDS_MAX) {
            int start = from;
            List<T> chunk = all.subList(from, Math.min(all.size(), from + RECORDS_MAX));
            Callable<List<Rejected>> write = () -> {
                inFlight.acquire();
                try {
                    return write(encoding.apply(chunk), start);
                } finally {
                    inFlight.release();
                }
            };
            writes.add(threads.submit(write));
        }
        return writes;
    }

    /// @param start index of the chunk's first record among all
    private List<Rejected> write(byte[] body, int start) {
        try {
            writer.write(body);
            return List.of();
        } catch (RejectedRecordsException e) {
            // the other records of the call are stored
            List<Rejected> rejected = new ArrayList<>();
            for (RejectedRecord one : e.rejectedRecords()) {
                if (!isSuperseded(one)) {
                    rejected.add(new Rejected(start + one.recordIndex(), one.reason()));
                }
            }
            return rejected;
        }
    }

    /// What stands there is the same reading, or a pane with as many readings or more: nothing is missing. Timestream
    /// gives the existing version only if it is higher; of an equal version it says so in the text alone.
    private static boolean isSuperseded(RejectedRecord rejected) {
        return rejected.existingVersion() != null || rejected.reason().contains("already exists");
    }
}
