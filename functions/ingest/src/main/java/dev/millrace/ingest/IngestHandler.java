package dev.millrace.ingest;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.kinesis.Latencies;
import dev.millrace.kinesis.VirtualThreads;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Batch;
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
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// Lambda handler on the telemetry stream. Environment: `STATES_TABLE`, `TIMESTREAM_DATABASE`, `READINGS_TABLE`,
/// `ROLLUPS_TABLE`, `LAKE_BUCKET`, and the bounds of a thing's ledgers: `LEDGER_INTERVALS_MAX`, `LEDGER_EPOCHS_MAX`. With
/// `HOT_STORE` = `none` there is no hot store, and its three names are not read.
public final class IngestHandler implements RequestStreamHandler {
    static {
        // the JDK keeps 5 idle connections a host by default; the sinks write with more in flight
        System.setProperty("http.maxConnections", "32");
    }

    private static final Plan NOTHING = new Plan(List.of());

    private final Pipeline pipeline;
    private final SinkTimes times = new SinkTimes(System::nanoTime);
    private final EmbeddedMetrics metrics;
    private final InstantSource clock;
    /// Of the batch at hand; Lambda brings one at a time.
    private Plan committed = NOTHING;

    /// As Lambda makes it.
    public IngestHandler() {
        this(new Environment("ingest", System.getenv()), UrlConnectionHttpClient::create, System.out, InstantSource.system());
    }

    private IngestHandler(Environment environment, Supplier<SdkHttpClient> transports, PrintStream log, InstantSource clock) {
        Limits limits = limits(environment);
        TimeSeries hotStore = hotStore(transports, environment);
        this(new DynamoDbStates(DynamoDbClient.builder().httpClient(transports.get()).build(),
                        environment.required("STATES_TABLE"), limits, RandomGenerator.getDefault()),
                hotStore, quarantine(transports.get(), environment), limits, new EmbeddedMetrics("ingest", log, clock), clock);
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

    /// Wired as on Lambda, except for what is given here: so that a benchmark measures what is deployed. The AWS clients
    /// find region and credentials as they always do.
    ///
    /// @param transport   under all AWS clients, in place of connections
    /// @param environment the variables named above
    /// @param log         takes the metrics, in place of the function's standard output
    public static IngestHandler over(SdkHttpClient transport, Map<String, String> environment, PrintStream log, InstantSource clock) {
        requireNonNull(transport, "transport is null");
        return new IngestHandler(new Environment("ingest", environment), () -> transport, log, clock);
    }

    /// As [#over(SdkHttpClient, Map, PrintStream, InstantSource)], and without the clients of the two stores that every
    /// reading passes: what the function does itself, up to encoded bytes.
    ///
    /// @param states    takes encoded states
    /// @param records   takes encoded calls of the hot store
    /// @param transport under the client of the quarantine
    public static IngestHandler over(StateItems states, RecordsWriter records, SdkHttpClient transport, Map<String, String> environment,
            PrintStream log, InstantSource clock) {
        var variables = new Environment("ingest", environment);
        Limits limits = limits(variables);
        return new IngestHandler(new DynamoDbStates(states, limits, RandomGenerator.getDefault()),
                new TimestreamSeries(records, variables.required("TIMESTREAM_DATABASE"), variables.required("READINGS_TABLE"), variables.required("ROLLUPS_TABLE")),
                quarantine(transport, variables), limits, new EmbeddedMetrics("ingest", log, clock), clock);
    }

    IngestHandler(States states, TimeSeries timeSeries, Quarantine quarantine, Limits limits, EmbeddedMetrics metrics, InstantSource clock) {
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.pipeline = new Pipeline(PackCodec.anyFormat(), DeviceTypes.shipped(), limits, times.states(states), times.hotStore(timeSeries), times.quarantine(quarantine),
                new VirtualThreads(), plan -> committed = plan);
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        Batch batch = KinesisEvent.read(event);
        committed = NOTHING;
        times.reset();
        Fate fate = pipeline.process(batch, context == null ? Deadline.NONE : context::getRemainingTimeInMillis);
        report(batch, fate);
        if (fate instanceof Fate.RetryFrom(String sequenceNumber, String why)) {
            System.err.printf("batch %s is to be delivered again from %s: %s%n", batch.name(), sequenceNumber, why);
        }
        KinesisEvent.answer(fate, answer);
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
