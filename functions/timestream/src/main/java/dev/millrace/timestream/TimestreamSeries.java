package dev.millrace.timestream;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Reading;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;

/// Two tables. `readings`: a row a reading, dimensions `thing` and `type`, `measure_name` the type, columns `epoch`,
/// `seq` and the type's measures. `rollups`: a row a pane, `measure_name` is `pane_1m`, columns `readings` and for each
/// measure `<measure>_count`, `_sum`, `_min`, `_max`, `_first`, `_last`.
///
/// Timestream knows a row by dimensions, time and measure name. Two readings of one thing in the same millisecond
/// must stay two, so the row's time is the instant of measurement plus `seq` modulo one million nanoseconds.
/// Measures that the type does not know are left to the lake: a table takes 1,024 measure names in all (Timestream
/// quotas), and a device must not be able to use them up.
public final class TimestreamSeries implements TimeSeries {
    /// WriteRecords takes at most 100 records (Timestream quotas).
    private static final int RECORDS_MAX = 100;
    private static final int CALLS_IN_FLIGHT = 8;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Record COMMON = Record.builder().measureValueType(MeasureValueType.MULTI).timeUnit(TimeUnit.NANOSECONDS).build();

    private final TimestreamWriteClient timestream;
    private final String database;
    private final String readingsTable;
    private final String rollupsTable;

    public TimestreamSeries(TimestreamWriteClient timestream, String database, String readingsTable, String rollupsTable) {
        this.timestream = requireNonNull(timestream, "timestream is null");
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
            List<Future<List<Rejected>>> rollupWrites = write(threads, inFlight, rollupsTable, rollups.stream().map(TimestreamSeries::record).toList());
            List<Future<List<Rejected>>> readingWrites = write(threads, inFlight, readingsTable, readings.stream().map(TimestreamSeries::record).toList());
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

    private List<Future<List<Rejected>>> write(ExecutorService threads, Semaphore inFlight, String table, List<Record> records) {
        List<Future<List<Rejected>>> writes = new ArrayList<>();
        for (int from = 0; from < records.size(); from += RECORDS_MAX) {
            int start = from;
            List<Record> chunk = records.subList(from, Math.min(records.size(), from + RECORDS_MAX));
            Callable<List<Rejected>> write = () -> {
                inFlight.acquire();
                try {
                    return write(table, chunk, start);
                } finally {
                    inFlight.release();
                }
            };
            writes.add(threads.submit(write));
        }
        return writes;
    }

    /// @param start index of the chunk's first record among all
    private List<Rejected> write(String table, List<Record> chunk, int start) {
        try {
            timestream.writeRecords(request -> request.databaseName(database).tableName(table).commonAttributes(COMMON).records(chunk));
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

    private static Record record(Accepted accepted) {
        Reading reading = accepted.reading();
        List<MeasureValue> values = new ArrayList<>(2 + reading.measures().size());
        values.add(value("epoch", MeasureValueType.BIGINT, Long.toString(reading.id().epoch())));
        values.add(value("seq", MeasureValueType.BIGINT, Long.toString(reading.id().seq())));
        for (Map.Entry<String, Double> measured : reading.measures().entrySet()) {
            if (accepted.type().measure(measured.getKey()).isPresent()) {
                values.add(value(measured.getKey(), MeasureValueType.DOUBLE, Double.toString(measured.getValue())));
            }
        }
        long nanos = reading.takenAtMillis() * NANOS_PER_MILLI + reading.id().seq() % NANOS_PER_MILLI;
        return Record.builder().dimensions(dimensions(reading.id().thing(), accepted.type().name()))
                .time(Long.toString(nanos)).measureName(accepted.type().name()).measureValues(values).version(1L).build();
    }

    private static Record record(Rollup rollup) {
        List<MeasureValue> values = new ArrayList<>(1 + 6 * rollup.pane().measures().size());
        values.add(value("readings", MeasureValueType.BIGINT, Long.toString(rollup.pane().readings())));
        for (Map.Entry<String, Aggregate> measure : rollup.pane().measures().entrySet()) {
            String name = measure.getKey();
            Aggregate aggregate = measure.getValue();
            values.add(value(name + "_count", MeasureValueType.BIGINT, Long.toString(aggregate.count())));
            values.add(value(name + "_sum", MeasureValueType.DOUBLE, Double.toString(aggregate.sum())));
            values.add(value(name + "_min", MeasureValueType.DOUBLE, Double.toString(aggregate.min())));
            values.add(value(name + "_max", MeasureValueType.DOUBLE, Double.toString(aggregate.max())));
            values.add(value(name + "_first", MeasureValueType.DOUBLE, Double.toString(aggregate.first())));
            values.add(value(name + "_last", MeasureValueType.DOUBLE, Double.toString(aggregate.last())));
        }
        return Record.builder().dimensions(dimensions(rollup.thing(), rollup.pane().key().type()))
                .time(Long.toString(rollup.pane().key().startMillis() * NANOS_PER_MILLI)).measureName("pane_1m")
                .measureValues(values).version(rollup.pane().readings()).build();
    }

    private static List<Dimension> dimensions(String thing, String type) {
        return List.of(Dimension.builder().name("thing").value(thing).build(), Dimension.builder().name("type").value(type).build());
    }

    private static MeasureValue value(String name, MeasureValueType type, String value) {
        return MeasureValue.builder().name(name).type(type).value(value).build();
    }
}
