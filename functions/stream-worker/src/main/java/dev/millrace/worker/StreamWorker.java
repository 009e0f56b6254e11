package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.archive.ArchiveConsumer;
import dev.millrace.ingest.IngestConsumer;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.pipeline.BatchConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/// The process of a container: reads the stream for ingest and for archive until it is told to end (SIGTERM, or with the argument
/// `--stop-on-eof` the end of its standard input), then hands its shards over. Metrics go to standard output, all else to standard
/// error. Environment: see [WorkerSettings], [IngestConsumer] and [ArchiveConsumer].
///
/// Any number of workers share the shards; a worker that dies is missed after ten seconds.
public final class StreamWorker implements AutoCloseable {
    private static final String STOP_ON_EOF = "--stop-on-eof";
    private static final Duration METRICS_EVERY = Duration.ofSeconds(60);
    /// Less than the 60 s that the container is given.
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(45);
    /// As long as the functions have.
    private static final long INGEST_ATTEMPT_MILLIS = 60_000;
    private static final long ARCHIVE_ATTEMPT_MILLIS = 120_000;
    private static final int EXIT_FATAL = 70;
    private static final int CONCURRENCY_MAX = 200;

    private final AtomicBoolean isStopping = new AtomicBoolean();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("metrics").factory());
    private final List<StreamReading> readings = new ArrayList<>();
    private final List<WorkerMetrics> metrics = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final WorkerSettings settings;
    private final PrintStream log;
    private final InstantSource clock;
    private final KinesisAsyncClient kinesis;
    private final DynamoDbAsyncClient dynamoDb;
    private final CloudWatchAsyncClient cloudWatch;

    private StreamWorker(Environment environment, PrintStream log, InstantSource clock) {
        this.settings = WorkerSettings.of(environment);
        this.log = requireNonNull(log, "log is null");
        this.clock = requireNonNull(clock, "clock is null");
        kinesis = opened(KinesisAsyncClient.builder().httpClient(transport()).build());
        dynamoDb = opened(DynamoDbAsyncClient.builder().httpClient(transport()).build());
        // KCL wants one, and with its metrics off never calls it
        cloudWatch = opened(CloudWatchAsyncClient.builder().httpClient(transport()).build());
        SdkHttpClient s3Transport = UrlConnectionHttpClient.create();
        S3Client s3 = opened(S3Client.builder().httpClient(s3Transport).build());
        add("ingest", IngestConsumer.consumers(environment, UrlConnectionHttpClient::create, log, clock), settings.ingest(), INGEST_ATTEMPT_MILLIS, s3);
        add("archive", ArchiveConsumer.consumers(environment, s3Transport, log, clock), settings.archive(), ARCHIVE_ATTEMPT_MILLIS, s3);
    }

    /// Runs until told to end. Exit codes: 0 after an end that was asked for, 1 if the environment is wrong, 70 if the process had
    /// to end itself.
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        if (!List.of(STOP_ON_EOF).containsAll(arguments)) {
            System.err.printf("unknown argument in %s, expected %s or none%n", arguments, STOP_ON_EOF);
            System.exit(1);
        }
        StreamWorker worker;
        try {
            worker = new StreamWorker(new Environment("stream-worker", System.getenv()), System.out, InstantSource.system());
        } catch (IllegalStateException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close, "stop the worker"));
        worker.start();
        System.out.println("READY {}");
        if (arguments.contains(STOP_ON_EOF)) {
            awaitEnd(System.in);
            System.exit(0);
        }
    }

    private static void awaitEnd(InputStream input) {
        try {
            input.transferTo(PrintStream.nullOutputStream());
        } catch (IOException _) {
            // as good as its end
        }
    }

    private void add(String name, Supplier<? extends BatchConsumer> consumers, ShardWork.Gathering gathering, long attemptMillis, S3Client s3) {
        var failed = new S3FailedBatches(s3, settings.failuresBucket(), name, settings.streamArn(), clock);
        var its = new WorkerMetrics(new EmbeddedMetrics(name, log, clock));
        var limits = new Delivery.Limits(attemptMillis, Duration.ofHours(settings.recordAgeHours()).toMillis());
        metrics.add(its);
        readings.add(new StreamReading(new StreamReading.Props(name, settings.streamArn(), settings.leasesTables() + "-" + name, kinesis, dynamoDb, cloudWatch),
                shard -> new ShardWork(shard, new Delivery(consumers.get(), failed, limits, its, Thread::sleep, RandomGenerator.getDefault(), clock), gathering, clock),
                its, isStopping::get, StreamWorker::die));
    }

    /// HTTP/1.1: HTTP/2 is only for enhanced fan-out, which is billed by the gigabyte.
    private static SdkAsyncHttpClient transport() {
        return NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).maxConcurrency(CONCURRENCY_MAX).build();
    }

    private <T extends AutoCloseable> T opened(T client) {
        clients.add(client);
        return client;
    }

    private void start() {
        readings.forEach(StreamReading::start);
        ScheduledFuture<?> _ = timer.scheduleAtFixedRate(() -> metrics.forEach(WorkerMetrics::print), METRICS_EVERY.toMillis(), METRICS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// At once, without handing anything over: nobody knows what state this process is in.
    private static void die(Throwable why) {
        System.err.println("the worker cannot go on:");
        why.printStackTrace();
        Runtime.getRuntime().halt(EXIT_FATAL);
    }

    @Override
    public void close() {
        if (!isStopping.compareAndSet(false, true)) {
            return;
        }
        try {
            List<Future<Boolean>> begun = readings.stream().map(StreamReading::beginToStop).toList();
            for (int i = 0; i < begun.size(); i++) {
                readings.get(i).stop(begun.get(i), STOPS_WITHIN);
            }
            timer.shutdownNow();
            metrics.forEach(WorkerMetrics::print);
            for (AutoCloseable client : clients) {
                client.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            System.err.printf("the worker did not end cleanly: %s%n", e);
        }
    }
}
