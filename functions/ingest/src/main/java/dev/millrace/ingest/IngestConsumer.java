package dev.millrace.ingest;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.kinesis.VirtualThreads;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.Plan;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.states.DynamoDbStates;
import dev.millrace.states.StateItems;
import dev.millrace.timestream.RecordsWriter;
import dev.millrace.timestream.TimestreamSeries;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// Counts every reading of a batch once, and says by metrics what came of it. Environment: `STATES_TABLE`, `TIMESTREAM_DATABASE`,
/// `READINGS_TABLE`, `ROLLUPS_TABLE`, `LAKE_BUCKET`, and the bounds of a thing's ledgers: `LEDGER_INTERVALS_MAX`,
/// `LEDGER_EPOCHS_MAX`. With `HOT_STORE` = `none` there is no hot store, and its three names are not read.
public final class IngestConsumer implements BatchConsumer {
    static {
        // the JDK keeps 5 idle connections a host by default; the sinks write with more in flight
        System.setProperty("http.maxConnections", "32");
    }

    private static final Plan NOTHING = new Plan(List.of());

    private final Pipeline pipeline;
    private final SinkTimes times = new SinkTimes(System::nanoTime);
    private final EmbeddedMetrics metrics;
    private final InstantSource clock;
    /// Of the batch at hand.
    private Plan committed = NOTHING;

    IngestConsumer(States states, TimeSeries timeSeries, Quarantine quarantine, Limits limits, EmbeddedMetrics metrics, InstantSource clock) {
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.pipeline = new Pipeline(PackCodec.anyFormat(), DeviceTypes.shipped(), limits, times.states(states), times.hotStore(timeSeries), times.quarantine(quarantine),
                new VirtualThreads(), plan -> committed = plan);
    }

    /// Consumers that share the clients of the stores, each for a shard of its own. The AWS clients find region and credentials as
    /// they always do.
    ///
    /// @param environment the variables named above
    /// @param transports  asked for what is under each AWS client
    /// @param log         takes the metrics
    /// @throws IllegalStateException if a variable is missing
    public static Supplier<IngestConsumer> consumers(Environment environment, Supplier<SdkHttpClient> transports, PrintStream log, InstantSource clock) {
        Limits limits = limits(environment);
        TimeSeries hotStore = hotStore(transports, environment);
        DynamoDbClient dynamoDb = DynamoDbClient.builder().httpClient(transports.get()).build();
        String table = environment.required("STATES_TABLE");
        Quarantine quarantine = quarantine(transports.get(), environment);
        var metrics = new EmbeddedMetrics("ingest", log, clock);
        return () -> new IngestConsumer(new DynamoDbStates(dynamoDb, table, limits, RandomGenerator.getDefault()), hotStore, quarantine, limits, metrics, clock);
    }

    /// Without the clients of the two stores that every reading passes.
    static IngestConsumer over(StateItems states, RecordsWriter records, SdkHttpClient transport, Environment environment, PrintStream log, InstantSource clock) {
        Limits limits = limits(environment);
        return new IngestConsumer(new DynamoDbStates(states, limits, RandomGenerator.getDefault()),
                new TimestreamSeries(records, environment.required("TIMESTREAM_DATABASE"), environment.required("READINGS_TABLE"), environment.required("ROLLUPS_TABLE")),
                quarantine(transport, environment), limits, new EmbeddedMetrics("ingest", log, clock), clock);
    }

    private static TimeSeries hotStore(Supplier<SdkHttpClient> transports, Environment environment) {
        if (!environment.hasHotStore()) {
            return TimeSeries.NONE;
        }
        return new TimestreamSeries(TimestreamWriteClient.builder().httpClient(transports.get()),
                environment.required("TIMESTREAM_DATABASE"), environment.required("READINGS_TABLE"), environment.required("ROLLUPS_TABLE"));
    }

    private static Limits limits(Environment environment) {
        return new Limits(environment.requiredWholeNumber("LEDGER_INTERVALS_MAX"), environment.requiredWholeNumber("LEDGER_EPOCHS_MAX"));
    }

    private static Quarantine quarantine(SdkHttpClient transport, Environment environment) {
        return new S3Quarantine(S3Client.builder().httpClient(transport).build(), environment.required("LAKE_BUCKET"));
    }

    @Override
    public Fate consume(Batch batch, Deadline deadline) {
        committed = NOTHING;
        times.reset();
        Fate fate = pipeline.process(batch, deadline);
        report(batch, fate);
        if (fate instanceof Fate.RetryFrom(String sequenceNumber, String why)) {
            System.err.printf("batch %s is to be delivered again from %s: %s%n", batch.name(), sequenceNumber, why);
        }
        return fate;
    }

    /// What was not committed is not counted: it comes again.
    private void report(Batch batch, Fate fate) {
        Tally tally = committed.tally();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("batch_size", (long) batch.records().size());
        counts.put("retried", fate instanceof Fate.RetryFrom ? 1L : 0L);
        counts.put("received", committed.received());
        counts.put("accepted", tally.accepted());
        counts.put("duplicate", tally.duplicate());
        counts.put("rejected", tally.rejected());
        counts.put("late", tally.late());
        counts.put("lost", committed.lost());
        for (RejectedRecord rejected : committed.rejected()) {
            counts.merge("rejected_" + rejected.rejection().reason(), (long) rejected.received(), Long::sum);
        }
        var latencies = new Latencies();
        long now = clock.millis();
        for (Accepted accepted : committed.accepted()) {
            latencies.add(now - accepted.reading().takenAtMillis());
        }
        Map<String, Long> durations = new LinkedHashMap<>(times.millis());
        durations.put("iterator_age", Math.max(0, now - batch.last().arrivedAtMillis()));
        metrics.print(counts, durations, latencies);
    }
}
