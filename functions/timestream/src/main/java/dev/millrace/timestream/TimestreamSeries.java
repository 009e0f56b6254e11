package dev.millrace.timestream;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClientBuilder;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ValidationException;

/// Two tables. `readings`: a row a reading, dimensions `thing` and `type`, `measure_name` the type, columns `epoch`,
/// `seq`, the type's measures, and `late`, which is true or not there. `rollups`: a row a pane, `measure_name` its length as
/// [dev.millrace.events.Names#pane] has it, columns `readings` and for each measure `<measure>_count`, `_sum`,
/// `_sum_of_squares`, `_min`, `_max`, `_first`, `_last`.
///
/// Timestream knows a row by dimensions, time and measure name. Two readings of one thing in the same millisecond
/// must stay two, so the row's time is the instant of measurement plus `seq` modulo one million nanoseconds.
/// Measures that the type does not know are left to the lake: a table takes 1,024 measure names in all (Timestream
/// quotas), and a device must not be able to use them up.
public final class TimestreamSeries implements TimeSeries {
    /// What follows the name of a measure in the columns of `rollups`: count, sum, sum of squares, least, greatest, first and last value.
    public static final List<String> ROLLUP_COLUMNS = List.of("_count", "_sum", "_sum_of_squares", "_min", "_max", "_first", "_last");
    /// WriteRecords takes at most 100 records (Timestream quotas).
    private static final int RECORDS_MAX = 100;
    private static final int CALLS_IN_FLIGHT = 8;

    private final RecordsWriter writer;
    private final String database;
    private final String readingsTable;
    private final String rollupsTable;
    private final long readingsVersion;

    /// @param builder a client's, with region, credentials and HTTP client as wanted; the series builds its own from it
    public TimestreamSeries(TimestreamWriteClientBuilder builder, String database, String readingsTable, String rollupsTable) {
        this(new EncodedRecords(builder, database), database, readingsTable, rollupsTable);
    }

    /// @param writer takes the encoded calls, in place of the AWS client
    public TimestreamSeries(RecordsWriter writer, String database, String readingsTable, String rollupsTable) {
        this(writer, database, readingsTable, rollupsTable, RecordsBody.FIRST_VERSION);
    }

    TimestreamSeries(RecordsWriter writer, String database, String readingsTable, String rollupsTable, long readingsVersion) {
        this.writer = requireNonNull(writer, "writer is null");
        this.database = requireNonNull(database, "database is null");
        this.readingsTable = requireNonNull(readingsTable, "readingsTable is null");
        this.rollupsTable = requireNonNull(rollupsTable, "rollupsTable is null");
        this.readingsVersion = readingsVersion;
    }

    /// A series that writes readings over what stands in their place, as a repair does.
    ///
    /// @param version of each reading, 2 or more, and above that of any repair before
    public static TimestreamSeries over(TimestreamWriteClientBuilder builder, String database, String readingsTable, String rollupsTable, long version) {
        if (version <= RecordsBody.FIRST_VERSION) {
            throw new IllegalArgumentException("version must be above %d: %d".formatted(RecordsBody.FIRST_VERSION, version));
        }
        return new TimestreamSeries(new EncodedRecords(builder, database), database, readingsTable, rollupsTable, version);
    }

    /// One record that was not stored.
    ///
    /// @param isInvalid Timestream refused its whole call when it was alone in it; else it refused the record
    private record Rejected<T>(T record, String reason, boolean isInvalid) {
    }

    /// What became of a call's records.
    ///
    /// @param problem why the call is to be tried again, empty if it is not
    private record Written<T>(List<T> records, List<Rejected<T>> rejected, String problem) {
        boolean isValid() {
            return problem.isEmpty() && rejected.stream().noneMatch(Rejected::isInvalid);
        }
    }

    /// What all rollups of a call have in common.
    private record Kind(String type, long paneMillis) {
        static Kind of(Rollup rollup) {
            return new Kind(rollup.type().name(), rollup.pane().key().lengthMillis());
        }
    }

    @Override
    public Stored store(List<Accepted> readings, List<Rollup> rollups) {
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLS_IN_FLIGHT, Thread.ofVirtual().factory())) {
            List<Future<List<Written<Rollup>>>> rollupWrites = new ArrayList<>();
            alike(rollups, Kind::of).forEach(some -> rollupWrites.add(
                    threads.submit(() -> write(some, chunk -> RecordsBody.ofRollups(database, rollupsTable, chunk)))));
            List<Future<List<Written<Accepted>>>> readingWrites = new ArrayList<>();
            alike(readings, reading -> reading.type().name()).forEach(some -> readingWrites.add(
                    threads.submit(() -> write(some, chunk -> RecordsBody.ofReadings(database, readingsTable, chunk, readingsVersion)))));
            return outcome(ended(readingWrites), ended(rollupWrites));
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

    /// Parts of at most as many records as a call takes, each of one kind.
    private static <T> List<List<T>> alike(List<T> all, Function<T, Object> kind) {
        Map<Object, List<T>> byKind = new LinkedHashMap<>();
        Object last = null;
        List<T> alike = null;
        for (T one : all) {
            Object its = kind.apply(one);
            if (!its.equals(last)) {
                alike = byKind.computeIfAbsent(its, _ -> new ArrayList<>());
                last = its;
            }
            alike.add(one);
        }
        List<List<T>> parts = new ArrayList<>();
        for (List<T> some : byKind.values()) {
            for (int from = 0; from < some.size(); from += RECORDS_MAX) {
                parts.add(some.subList(from, Math.min(some.size(), from + RECORDS_MAX)));
            }
        }
        return parts;
    }

    private static <T> List<Written<T>> ended(List<Future<List<Written<T>>>> writes) throws ExecutionException, InterruptedException {
        List<Written<T>> ended = new ArrayList<>();
        for (Future<List<Written<T>>> write : writes) {
            ended.addAll(write.get());
        }
        return ended;
    }

    /// A record that Timestream finds invalid is that record's fault only if it found others valid: if it takes nothing at
    /// all, the fault is ours or the table's, and quarantine would swallow the whole stream.
    private Stored outcome(List<Written<Accepted>> ofReadings, List<Written<Rollup>> ofRollups) {
        boolean anyIsValid = Stream.concat(ofReadings.stream(), ofRollups.stream()).anyMatch(Written::isValid);
        Map<String, String> unsettled = new HashMap<>();
        List<Refused> refused = new ArrayList<>();
        for (Written<Accepted> written : ofReadings) {
            for (Rejected<Accepted> rejected : written.rejected) {
                if (rejected.isInvalid && !anyIsValid) {
                    unsettled.put(rejected.record.reading().id().thing(), problem(rejected.reason));
                } else {
                    refused.add(new Refused(rejected.record, rejected.reason));
                }
            }
            if (!written.problem.isEmpty()) {
                written.records.forEach(reading -> unsettled.put(reading.reading().id().thing(), problem(written.problem)));
            }
        }
        for (Written<Rollup> written : ofRollups) {
            // a pane outside the table's window of time has nowhere to go; its readings are what counts
            if (!written.problem.isEmpty()) {
                written.records.forEach(rollup -> unsettled.put(rollup.thing(), problem(written.problem)));
            }
        }
        return new Stored(refused, unsettled);
    }

    private String problem(String reason) {
        return "Timestream database %s: %s".formatted(database, reason);
    }

    private <T> List<Written<T>> write(List<T> records, Function<List<T>, byte[]> encoding) {
        try {
            writer.write(encoding.apply(records));
            return List.of(new Written<>(records, List.of(), ""));
        } catch (RejectedRecordsException e) {
            // the other records of the call are stored
            List<Rejected<T>> rejected = new ArrayList<>();
            for (RejectedRecord one : e.rejectedRecords()) {
                if (!isSuperseded(one)) {
                    rejected.add(new Rejected<>(records.get(one.recordIndex()), one.reason(), false));
                }
            }
            return List.of(new Written<>(records, rejected, ""));
        } catch (ValidationException e) {
            // one bad record spoils the whole call: it is found by halving
            if (records.size() == 1) {
                return List.of(new Written<>(records, List.of(new Rejected<>(records.getFirst(), e.getMessage(), true)), ""));
            }
            int middle = records.size() / 2;
            List<Written<T>> halves = new ArrayList<>(write(records.subList(0, middle), encoding));
            halves.addAll(write(records.subList(middle, records.size()), encoding));
            return halves;
        } catch (SdkException e) {
            return List.of(new Written<>(records, List.of(), e.getMessage()));
        }
    }

    /// What stands there is the same reading, or a pane with as many readings or more: nothing is missing. Timestream
    /// gives the existing version only if it is higher; of an equal version it says so in the text alone.
    private static boolean isSuperseded(RejectedRecord rejected) {
        return rejected.existingVersion() != null || rejected.reason().contains("already exists");
    }
}
