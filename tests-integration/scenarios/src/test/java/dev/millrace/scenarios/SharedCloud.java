package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentSettings;
import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Deployed;
import dev.millrace.cli.Synthesis;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.lambda.EventSourceMapping;
import dev.millrace.local.lambda.LogLine;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.uplink.DeviceSettings;
import dev.millrace.uplink.MqttSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// One local cloud with the synthesized template for all tests of this JVM, started when the first one asks and ended
/// with the JVM. A test that uses it takes things of its own, and leaves nothing under way. A test that needs another
/// template has [one of its own][#own].
final class SharedCloud implements AutoCloseable {
    /// In the device registry, as the simulator names them.
    static final List<String> SENSORS = List.of("environment-00001", "environment-00002", "environment-00003");
    /// In the device registry.
    static final List<String> TRUCKS = List.of("truck-00001", "truck-00002", "truck-00003", "truck-00004");
    /// In the device registry, for the test that commands it.
    static final String COMMANDED = "environment-00004";
    /// In the device registry, for the test that meters it.
    static final String METERED = "truck-00005";
    /// In the device registry, for the test that configures it.
    static final String CONFIGURED = "environment-00005";

    /// In the device registry, for the tests of what is missing.
    static final List<String> INCOMPLETE = List.of("environment-00006", "environment-00007");

    private static final CallGate OPEN = _ -> { };
    private static final Duration DRAIN = Duration.ofMinutes(1);

    private static SharedCloud shared;

    private final AtomicReference<CallGate> gate = new AtomicReference<>(OPEN);
    private final Queue<String> metrics = new ConcurrentLinkedQueue<>();
    private final LocalCloud cloud;
    private final Stage stage;
    private final KinesisClient kinesis;
    private final Accounts accounts;

    private SharedCloud(Path assembly, Path work, Consumer<LogLine> functionLog) throws IOException, InterruptedException {
        List<String> things = new ArrayList<>(SENSORS);
        things.addAll(TRUCKS);
        things.add(COMMANDED);
        things.add(CONFIGURED);
        things.add(METERED);
        things.addAll(INCOMPLETE);
        cloud = LocalCloud.start(new LocalCloud.Settings(assembly, work.resolve("cloud"), Directories.root(), 0, 0,
                LocalCloud.Settings.DEFAULT_REGION, LocalCloud.Settings.DEFAULT_ACCOUNT, things, _ -> { }, line -> {
                    listen(line);
                    functionLog.accept(line);
                },
                List.of(call -> gate.get().beforePassing(call))));
        stage = Stage.of(new Deployed(cloud.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, cloud.outputs()));
        kinesis = AwsClients.client(KinesisClient.builder(), stage.deployed());
        accounts = new Accounts(stage);
    }

    static synchronized SharedCloud get() throws Exception {
        if (shared == null) {
            Path work = Directories.fresh("shared-cloud");
            var started = new SharedCloud(synthesize(work), work, _ -> { });
            started.takeFirstReading();
            shared = started;
        }
        return shared;
    }

    /// A cloud that nobody else uses; nothing has been sent to it yet.
    ///
    /// @param functionLog gets every line that gets into the log of a function
    static SharedCloud own(Path assembly, Path work, Consumer<LogLine> functionLog) throws IOException, InterruptedException {
        return new SharedCloud(assembly, work, functionLog);
    }

    @Override
    public void close() {
        kinesis.close();
        cloud.close();
    }

    /// A cloud of one test's own, to be closed by it, for what depends on all that a cloud holds.
    static SharedCloud alone(String directory) throws Exception {
        Path work = Directories.fresh(directory);
        SharedCloud started = own(synthesize(work), work, _ -> { });
        started.takeFirstReading();
        return started;
    }

    /// A cloud of one test's own, to be closed by it. Its mappings give up after one retry: after twenty, as deployed, it takes
    /// minutes.
    static SharedCloud impatient(String directory) throws Exception {
        Path work = Directories.fresh(directory);
        Path assembly = synthesize(work);
        Path template = assembly.resolve("Millrace-demo-Flow.template.json");
        String patient = Files.readString(template);
        String impatient = patient.replaceAll("\"MaximumRetryAttempts\":\\s*20", "\"MaximumRetryAttempts\": 1");
        assertThat(impatient).isNotEqualTo(patient);
        Files.writeString(template, impatient);
        SharedCloud started = own(assembly, work, _ -> { });
        started.takeFirstReading();
        return started;
    }

    private static Path synthesize(Path work) throws IOException, InterruptedException {
        return new Synthesis(Directories.root()).run(work.resolve("cdk.out"), work.resolve("synth.log"));
    }

    /// A hot store knows a column from the first row on that has it; before, nobody can ask for it.
    private void takeFirstReading() throws Exception {
        var reading = new Reading(new ReadingId("first-1", 1, 1), System.currentTimeMillis(), new TreeMap<>(Map.of("temperature_c", 20.0, "humidity_pct", 40.0)));
        put(List.of(Payload.pack("first-1", reading)));
        awaitDrained();
    }

    private void listen(LogLine line) {
        if (line.text().contains("CloudWatchMetrics")) {
            metrics.add(line.text());
        }
    }

    /// What the functions have told CloudWatch, a line of their logs each.
    List<String> metrics() {
        return List.copyOf(metrics);
    }

    LocalCloud cloud() {
        return cloud;
    }

    Stage stage() {
        return stage;
    }

    /// How the real agent of an environment sensor is started here.
    ///
    /// @param journal of this device alone
    DeviceSettings device(String thing, Path journal) {
        Path certs = cloud.certsDirectory();
        MqttSettings mqtt = MqttSettings.of("localhost", cloud.mqttPort(), thing, "environment", stage.deployed().output("RuleName"), cloud.caFile(),
                certs.resolve(thing + ".cert.pem"), certs.resolve(thing + ".key.pem"), PackCodec.jsonV1());
        return new DeviceSettings(mqtt, AgentSettings.defaults().withLinger(Duration.ofMillis(200)), journal, DeviceSettings.Format.JSON,
                Duration.ofSeconds(1));
    }

    /// What the stores hold.
    Accounts accounts() {
        return accounts;
    }

    /// The name of the function ingest, as deployed.
    String ingest() {
        return function("ingest");
    }

    /// The name of a function as deployed.
    ///
    /// @param word that is in it
    String function(String word) {
        List<String> names = cloud.deployment().ofType("AWS::Lambda::Function").stream().map(function -> function.provisioned().ref()).toList();
        return names.stream().filter(name -> name.toLowerCase(Locale.ROOT).contains(word)).findFirst()
                .orElseThrow(() -> new AssertionError("no function is called %s: %s".formatted(word, names)));
    }

    /// Asks a gate before each AWS call is passed on, until closed.
    Passage through(CallGate asked) {
        assertThat(gate.compareAndSet(OPEN, asked)).as("no other test has a gate").isTrue();
        return () -> gate.set(OPEN);
    }

    /// What ends with try-with-resources, without an exception.
    @FunctionalInterface
    interface Passage extends AutoCloseable {
        @Override
        void close();
    }

    /// Puts records into one shard, in this order, in one call, as the topic rule would.
    void put(List<Payload> payloads) {
        putAll(payloads.stream().map(payload -> entry(payload).explicitHashKey("0").build()).toList());
    }

    /// Puts records into the shards of their senders.
    void putByKey(List<Payload> payloads) {
        putAll(payloads.stream().map(payload -> entry(payload).build()).toList());
    }

    private static PutRecordsRequestEntry.Builder entry(Payload payload) {
        return PutRecordsRequestEntry.builder().partitionKey(payload.sender()).data(SdkBytes.fromByteArray(payload.bytes()));
    }

    private void putAll(List<PutRecordsRequestEntry> entries) {
        PutRecordsResponse response = kinesis.putRecords(put -> put.streamName(stage.deployed().output("StreamName")).records(entries));
        assertThat(response.failedRecordCount()).isZero();
    }

    /// Everything that is in the stream.
    List<StreamRecord> streamRecords() {
        String stream = stage.deployed().output("StreamName");
        List<StreamRecord> all = new ArrayList<>();
        for (Shard shard : kinesis.listShards(list -> list.streamName(stream)).shards()) {
            String from = kinesis.getShardIterator(get -> get.streamName(stream).shardId(shard.shardId())
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
            GetRecordsResponse page;
            do {
                String iterator = from;
                page = kinesis.getRecords(get -> get.shardIterator(iterator));
                for (Record record : page.records()) {
                    all.add(new StreamRecord(record.sequenceNumber(), record.partitionKey(), record.approximateArrivalTimestamp().toEpochMilli(),
                            record.data().asByteArray()));
                }
                from = page.nextShardIterator();
            } while (page.millisBehindLatest() > 0);
        }
        return all;
    }

    /// Waits until the functions have taken everything.
    void awaitDrained() throws Exception {
        Await.until("the functions have taken everything", DRAIN, cloud::drained);
    }

    /// Invocations by the stream after which something had to be delivered again.
    long failedInvocations() {
        return cloud.mappings().values().stream().map(EventSourceMapping::metrics).mapToLong(EventSourceMapping.Metrics::failures).sum();
    }
}
