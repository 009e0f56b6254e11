package dev.millrace.timestream;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClientBuilder;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ValidationException;

/// Two tables. `readings`: a row a reading, dimensions `thing` and `type`, `measure_name` the type, columns `epoch`,
/// `seq` and the type's measures. `rollups`: a row a pane, `measure_name` is `pane_` and its length, e.g. `pane_1m`, columns `readings` and for each
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

    /// One record that was not stored.
    ///
    /// @param isInvalid Timestream refused its whole call when it was alone in it; else it refused the record
    private record Rejected(int index, String reason, boolean isInvalid) {
    }

    /// What became of a call's records.
    ///
    /// @param from    index of the first record
    /// @param to      index after the last record
    /// @param problem why the call is to be tried again, empty if it is not
    private record Written(int from, int to, List<Rejected> rejected, String problem) {
    }

    @Override
    public Stored store(List<Accepted> readings, List<Rollup> rollups) {
        var inFlight = new Semaphore(CALLS_IN_FLIGHT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Written>>> rollupWrites = write(threads, inFlight, rollups, chunk -> RecordsBody.ofRollups(database, rollupsTable, chunk));
            List<Future<List<Written>>> readingWrites = write(threads, inFlight, readings, chunk -> RecordsBody.ofReadings(database, readingsTable, chunk));
            return outcome(readings, rollups, ended(readingWrites), ended(rollupWrites));
        } catch (ExecutionException e) {
            throw new IllegalStateException("Timestream database %s: %s".formatted(database, e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Map<String, String> unsettled = new HashMap<>();
            readings.forEach(reading -> unsettled.put(reading.reading().id().thing(), "interrupted"));
            rollups.forEach(rollup -> unsettled.put(rollup.thing(), "interrupted"));
            return new Stored(List.of(), unsettled);
        }
    }

    private static List<Written> ended(List<Future<List<Written>>> writes) throws ExecutionException, InterruptedException {
        List<Written> ended = new ArrayList<>();
        for (Future<List<Written>> write : writes) {
            ended.addAll(write.get());
        }
        return ended;
    }

    /// A record that Timestream finds invalid is that record's fault only if it found others valid: if it takes nothing at
    /// all, the fault is ours or the table's, and quarantine would swallow the whole stream.
    private Stored outcome(List<Accepted> readings, List<Rollup> rollups, List<Written> ofReadings, List<Written> ofRollups) {
        boolean anyIsValid = Stream.concat(ofReadings.stream(), ofRollups.stream())
                .anyMatch(written -> written.problem.isEmpty() && written.rejected.stream().noneMatch(Rejected::isInvalid));
        Map<String, String> unsettled = new HashMap<>();
        List<Refused> refused = new ArrayList<>();
        for (Written written : ofReadings) {
            for (Rejected rejected : written.rejected) {
                Accepted reading = readings.get(rejected.index);
                if (rejected.isInvalid && !anyIsValid) {
                    unsettled.put(reading.reading().id().thing(), problem(rejected.reason));
                } else {
                    refused.add(new Refused(reading, rejected.reason));
                }
            }
            if (!written.problem.isEmpty()) {
                readings.subList(written.from, written.to).forEach(reading -> unsettled.put(reading.reading().id().thing(), problem(written.problem)));
            }
        }
        for (Written written : ofRollups) {
            // a pane outside the table's window of time has nowhere to go; its readings are what counts
            if (!written.problem.isEmpty()) {
                rollups.subList(written.from, written.to).forEach(rollup -> unsettled.put(rollup.thing(), problem(written.problem)));
            }
        }
        return new Stored(refused, unsettled);
    }

    private String problem(String reason) {
        return "Timestream database %s: %s".formatted(database, reason);
    }

    private <T> List<Future<List<Written>>> write(ExecutorService threads, Semaphore inFlight, List<T> all, Function<List<T>, byte[]> encoding) {
        List<Future<List<Written>>> writes = new ArrayList<>();
        for (int from = 0; from < all.size(); from += RECORDS_MAX) {
            int first = from;
            int end = Math.min(all.size(), from + RECORDS_MAX);
            Callable<List<Written>> write = () -> {
                inFlight.acquire();
                try {
                    return write(all, first, end, encoding);
                } finally {
                    inFlight.release();
                }
            };
            writes.add(threads.submit(write));
        }
        return writes;
    }

    private <T> List<Written> write(List<T> all, int from, int to, Function<List<T>, byte[]> encoding) {
        try {
            writer.write(encoding.apply(all.subList(from, to)));
            return List.of(new Written(from, to, List.of(), ""));
        } catch (RejectedRecordsException e) {
            // the other records of the call are stored
            List<Rejected> rejected = new ArrayList<>();
            for (RejectedRecord one : e.rejectedRecords()) {
                if (!isSuperseded(one)) {
                    rejected.add(new Rejected(from + one.recordIndex(), one.reason(), false));
                }
            }
            return List.of(new Written(from, to, rejected, ""));
        } catch (ValidationException e) {
            // one bad record spoils the whole call: it is found by halving
            if (to - from == 1) {
                return List.of(new Written(from, to, List.of(new Rejected(from, e.getMessage(), true)), ""));
            }
            int middle = (from + to) >>> 1;
            List<Written> halves = new ArrayList<>(write(all, from, middle, encoding));
            halves.addAll(write(all, middle, to, encoding));
            return halves;
        } catch (SdkException e) {
            return List.of(new Written(from, to, List.of(), e.getMessage()));
        }
    }

    /// What stands there is the same reading, or a pane with as many readings or more: nothing is missing. Timestream
    /// gives the existing version only if it is higher; of an equal version it says so in the text alone.
    private static boolean isSuperseded(RejectedRecord rejected) {
        return rejected.existingVersion() != null || rejected.reason().contains("already exists");
    }
}
