package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.local.access.Authoriser;
import dev.millrace.local.frontdoor.CallCounter;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.FrontDoor;
import dev.millrace.local.frontdoor.HttpProxy;
import dev.millrace.local.frontdoor.S3ObjectTags;
import dev.millrace.local.glue.LocalGlue;
import dev.millrace.local.glue.NamedQuery;
import dev.millrace.local.iam.RoleRights;
import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.lambda.EventSourceMapping;
import dev.millrace.local.lambda.LambdaHost;
import dev.millrace.local.lambda.LogLine;
import dev.millrace.local.meter.CloudMeter;
import dev.millrace.local.meter.DynamoDbMeter;
import dev.millrace.local.meter.MetricNames;
import dev.millrace.local.meter.Usage;
import dev.millrace.local.template.CloudAssembly;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Partition;
import dev.millrace.local.template.Resource;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.TemplateDeployer;
import dev.millrace.local.timestream.LocalTimestream;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The AWS services that a synthesized CDK app needs, on this machine, with the app deployed onto them.
///
/// What is started is stopped in the reverse order by [#close], by the end of this JVM, and, because every child ends
/// with its stdin, also if this JVM is killed.
public final class LocalCloud implements AutoCloseable {
    /// How a cloud is started.
    ///
    /// @param assembly      the directory that `cdk synth` wrote
    /// @param workDirectory objects of S3, the Glue catalog, certificates and logs, used again if they are there; stream, tables
    ///                      and hot store are in memory and start empty
    /// @param projectRoot   of the built project: the class paths of the children are found from here
    /// @param awsPort       of the front door, 0 for any free one
    /// @param mqttPort      of MQTT over TLS, 0 for any free one
    /// @param region        as `eu-west-1`
    /// @param account       twelve digits
    /// @param things        in the device registry from the start, each with a certificate
    /// @param progress      gets a line for each step, for people to read
    /// @param functionLog   gets every line that a function logs, from many threads
    /// @param gates         asked before each AWS call is passed on, but not by what deploys the template
    public record Settings(Path assembly, Path workDirectory, Path projectRoot, int awsPort, int mqttPort, String region, String account,
            List<String> things, Consumer<String> progress, Consumer<LogLine> functionLog, List<CallGate> gates) {
        public static final String DEFAULT_REGION = "eu-west-1";
        public static final String DEFAULT_ACCOUNT = "000000000000";

        public Settings {
            requireNonNull(assembly, "assembly is null");
            workDirectory = workDirectory.toAbsolutePath();
            requireNonNull(projectRoot, "projectRoot is null");
            things = List.copyOf(things);
            requireNonNull(progress, "progress is null");
            requireNonNull(functionLog, "functionLog is null");
            gates = List.copyOf(gates);
        }

        Partition partition() {
            return new Partition(region, account);
        }
    }

    private final Settings settings;
    private final StandIns standIns;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Thread onExit = new Thread(this::stopAll, "stop the local cloud");
    private final CallCounter calls = new CallCounter();
    private final Authoriser authoriser = new Authoriser();
    private final LambdaApi lambdaApi = new LambdaApi();
    private final MetricNames metricNames = new MetricNames();
    private LocalKinesis kinesis;
    private LocalTimestream timestream;
    private DynamoDbMeter dynamoDb;
    private Instant deployedAt;
    private FrontDoor door;
    private Deployment deployment;
    private Functions functions;
    private Schedules schedules;
    private IotCore iot;
    /// IoT Core starts after the front door that leads to it.
    private volatile HttpHandler iotData = exchange -> exchange.sendResponseHeaders(503, -1);

    private LocalCloud(Settings settings) {
        this.settings = settings;
        this.standIns = new StandIns(settings.projectRoot().resolve("tests-integration/local-cloud"), settings.workDirectory());
    }

    /// Says early what [#start] would say: whether a port is taken. A port of 0 never is.
    ///
    /// @throws PortInUse if one is
    public static void requireFree(int awsPort, int mqttPort) throws PortInUse {
        StandIns.requireFree(awsPort, "awsPort");
        StandIns.requireFree(mqttPort, "mqttPort");
    }

    /// Starts everything and returns when devices can connect.
    ///
    /// @throws PortInUse   if a port that is not 0 is taken
    /// @throws ChildFailed if a stand-in does not start; the message has the end of its log
    /// @throws dev.millrace.local.template.TemplateException if the template cannot be deployed here
    public static LocalCloud start(Settings settings) throws IOException, InterruptedException {
        var cloud = new LocalCloud(requireNonNull(settings, "settings is null"));
        Runtime.getRuntime().addShutdownHook(cloud.onExit);
        try {
            cloud.startAll();
            return cloud;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cloud.close();
            throw e;
        }
    }

    /// The endpoint of all AWS services but MQTT: what `AWS_ENDPOINT_URL` must be.
    public URI awsEndpoint() {
        return door.endpoint();
    }

    /// Of MQTT over TLS on localhost.
    public int mqttPort() {
        return iot.mqttPort();
    }

    /// The certificate, PEM, that signs the broker's.
    public Path caFile() {
        return iot.caFile();
    }

    /// For each thing `<thing>.cert.pem` and `<thing>.key.pem`.
    public Path certsDirectory() {
        return iot.certificates();
    }

    /// Makes a certificate that is attached to no thing, in [#certsDirectory], as an operator makes a claim certificate.
    ///
    /// @param policy the name of an `AWS::IoT::Policy` of the template
    /// @return the certificate's id
    public String createCertificate(String name, String policy) throws IOException, InterruptedException {
        return iot.createCertificate(name, policy);
    }

    /// As the operation UpdateCertificate, and who holds the certificate is disconnected.
    ///
    /// @param status `ACTIVE`, `INACTIVE` or `REVOKED`
    public void setCertificateStatus(String certificateId, String status) throws IOException, InterruptedException {
        iot.setCertificateStatus(certificateId, status);
    }

    /// The certificates that are attached to a thing and the status of each, the oldest first; none if there is no such thing.
    public Map<String, String> certificatesOf(String thing) throws IOException, InterruptedException {
        return iot.certificatesOf(thing);
    }

    /// Cuts the connection of a device, as a network does.
    ///
    /// @return whether it had one
    public boolean disconnect(String clientId) throws IOException, InterruptedException {
        return iot.disconnect(clientId);
    }

    /// How many shards of the stream take records.
    public int openShards() {
        return kinesis.openShards(stream());
    }

    /// As the operation UpdateShardCount.
    public void reshard(int shards) {
        kinesis.resize(stream(), shards);
    }

    private String stream() {
        return outputs().get("StreamName");
    }

    /// The counters of IoT Core under the names that AWS IoT gives them.
    public JsonNode iotMetrics() throws IOException, InterruptedException {
        return iot.metrics();
    }

    /// Every output of every stack that is no export between stacks, by its logical id.
    public Map<String, String> outputs() {
        Map<String, String> all = new TreeMap<>();
        deployment.outputs().values().forEach(outputs -> outputs.forEach((name, value) -> {
            if (!name.startsWith("ExportsOutput")) {
                all.put(name, value);
            }
        }));
        return all;
    }

    public Deployment deployment() {
        return deployment;
    }

    /// What the template asks for and nobody plays here, a line for each resource type: resources of which only the name
    /// exists, properties that are not lived up to, and rights that nobody is held to yet.
    public List<String> notSimulated() {
        List<String> lines = new ArrayList<>();
        byType(deployment.notSimulated()).forEach((type, count) -> lines.add("not simulated: %s (%d)".formatted(type, count)));
        deployment.gaps().forEach(gap -> lines.add("not simulated: " + gap));
        byType(deployment.notEnforced()).forEach((type, count) -> lines.add("not enforced yet: %s (%d)".formatted(type, count)));
        return lines;
    }

    private static SortedMap<String, Integer> byType(List<Resource> resources) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        resources.forEach(resource -> counts.merge(resource.type(), 1, Integer::sum));
        return counts;
    }

    /// How often each operation was called through the front door.
    public Map<CallCounter.Operation, CallCounter.Count> calls() {
        return calls.counts();
    }

    /// Calls that the policies of a role do not allow, in the words of AWS, and how often they were denied. None is what a
    /// deployment should see: what a function does not try, its role need not allow.
    public SortedMap<String, Long> denied() {
        return authoriser.denials();
    }

    /// What has been used so far in the units that AWS bills, calls of whoever else than functions included.
    ///
    /// @throws ChildFailed if IoT Core has ended
    public Usage usage() throws IOException, InterruptedException {
        return new CloudMeter().addIot(iot.metrics().path("billed")).addKinesis(kinesis).addLambda(functions.host()).addDynamoDb(dynamoDb.units())
                .addTimestream(timestream).addCalls(calls(), standIns.s3Bytes())
                .addDeployment(deployment, Duration.between(deployedAt, Instant.now()), metricNames.count(), schedules.invoked()).usage();
    }

    /// Operations of DynamoDB that [#usage] does not know how to count, and how often each was called.
    public SortedMap<String, Long> unmetered() {
        return dynamoDb.units().unmetered();
    }

    public LambdaHost lambdaHost() {
        return functions.host();
    }

    /// What brings the records of the stream to the functions, by the UUID of the mapping.
    public Map<String, EventSourceMapping> mappings() {
        return functions.mappings();
    }

    /// Records of the stream that a function has still to take, summed over the event source mappings.
    public long backlog() {
        return functions.backlog();
    }

    /// Whether all that devices have sent has been taken: no rule action is under way, and every mapping is idle.
    ///
    /// @throws ChildFailed if IoT Core has ended
    public boolean drained() throws IOException, InterruptedException {
        // in the order of the flow: what leaves the first station while this looks is found at the second
        return iot.pendingActions() == 0 && functions.idle();
    }

    /// Invokes at once what the template's rules invoke at their rates, and waits for the answers.
    ///
    /// @throws IllegalStateException if a function fails
    public void fireSchedules() throws InterruptedException {
        schedules.fire();
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException _) {
            // the JVM is ending, and the hook runs or has run
        }
    }

    private void startAll() throws IOException, InterruptedException {
        requireFree(settings.awsPort(), settings.mqttPort());
        CloudAssembly assembly = CloudAssembly.read(settings.assembly());
        Files.createDirectories(settings.workDirectory());
        settings.progress().accept("starting DynamoDB and S3");
        StandIns.Stores stores = standIns.startStores();
        started.push(stores.dynamoDb());
        started.push(stores.s3());
        kinesis = new LocalKinesis(settings.region(), settings.account(), InstantSource.system());
        timestream = started(new LocalTimestream(settings.region(), settings.account(), InstantSource.system()));
        Path catalog = LocalLake.catalogDirectory(settings.workDirectory());
        var glue = new LocalGlue(catalog, settings.region(), settings.account());
        door = openDoor(stores, Map.of("glue", glue, "kinesis", kinesis, "timestream", timestream));
        settings.progress().accept("AWS answers at " + door.endpoint());

        var lambda = new LambdaResources(assembly);
        var rules = new EventRules(lambda);
        var iotResources = new IotResources();
        var athena = new AthenaResources();
        var custom = new CustomResources(lambda);
        Map<String, ResourceProvider> providers = new HashMap<>(KeptResources.providers());
        providers.put("AWS::Kinesis::Stream", new KinesisStreams(kinesis));
        providers.putAll(new TimestreamResources(timestream).providers());
        providers.putAll(new GlueResources(glue).providers());
        providers.putAll(athena.providers());
        providers.putAll(custom.providers());
        providers.putAll(lambda.providers());
        providers.putAll(rules.providers());
        providers.putAll(iotResources.providers());
        deployment = deploy(assembly, stores, providers);
        deployedAt = Instant.now();
        NamedQuery.write(catalog, athena.queries());
        notSimulated().forEach(settings.progress());
        var roles = new Roles(deployment, settings.partition());
        enforce(roles, lambda, iotResources);
        functions = started(new Functions(settings, metricNames.andThen(settings.functionLog()), door.endpoint(), kinesis, lambda, roles));
        lambdaApi.serve(functions.host());
        custom.make(functions.host(), UUID::randomUUID, settings.progress());
        iotResources.requirePermitted(lambda);
        List<ScheduleDefinition> rates = rules.schedules();
        settings.progress().accept("%d functions read the stream, %d rules invoke functions at a rate".formatted(lambda.mappings().size(), rates.size()));
        schedules = started(new Schedules(rates, functions.host(), InstantSource.system(), RandomGenerator.getDefault()));
        iot = started(standIns.startIotCore(iotResources.configuration(settings.mqttPort(), settings.region(), settings.account(), door.endpoint(),
                settings.workDirectory().resolve("iot"), settings.things())));
        iotData = iot.dataPlane();
        settings.progress().accept("devices connect at mqtts://localhost:" + iot.mqttPort());
    }

    /// Who calls with the key of a function, of a topic rule's action or of a task on ECS is held to the policies of its role.
    private void enforce(Roles roles, LambdaResources lambda, IotResources iotResources) {
        Map<String, RoleRights> byKey = new HashMap<>(iotResources.takeRoles(roles));
        lambda.functions().forEach(function -> byKey.put(function.accessKeyId(), roles.of(function)));
        // nobody runs them here but a test, which then calls by the role's key
        for (Resource task : deployment.ofType("AWS::ECS::TaskDefinition")) {
            RoleRights rights = roles.take(task.toString(), task.properties().path("TaskRoleArn").asText(), "ecs-tasks.amazonaws.com", task.provisioned().attributes().get("Arn"));
            byKey.put(rights.accessKeyId(), rights);
        }
        authoriser.enforce(settings.region(), settings.account(), byKey, roles.timestreamRejects(), standIns::hasObject);
    }

    /// @param here the services of this process
    private FrontDoor openDoor(StandIns.Stores stores, Map<String, HttpHandler> here) throws IOException {
        Map<String, HttpHandler> services = new HashMap<>(here);
        dynamoDb = new DynamoDbMeter(HttpProxy.to("dynamodb", StandIns.endpoint(stores.dynamoDb())));
        services.put("dynamodb", dynamoDb);
        services.put("iotdata", exchange -> iotData.handle(exchange));
        services.put("lambda", lambdaApi);
        services.put("s3", new S3ObjectTags(HttpProxy.toS3(StandIns.endpoint(stores.s3())), standIns.s3Directory()));
        try {
            return started(FrontDoor.open(settings.awsPort(), services, authoriser, settings.gates(), List.of(calls)));
        } catch (BindException e) {
            throw new PortInUse(settings.awsPort(), "awsPort", e);
        }
    }

    /// @param providers of all but the stores; these are added
    private Deployment deploy(CloudAssembly assembly, StandIns.Stores stores, Map<String, ResourceProvider> providers) {
        try (var clients = new StoreClients(settings.region(), StandIns.endpoint(stores.dynamoDb()), StandIns.endpoint(stores.s3()))) {
            var tables = new DynamoDbTables(clients.dynamoDb());
            providers.put("AWS::DynamoDB::Table", tables);
            providers.put("AWS::DynamoDB::GlobalTable", tables);
            providers.put("AWS::S3::Bucket", new S3Buckets(clients.s3()));
            settings.progress().accept("deploying " + settings.assembly());
            return new TemplateDeployer(settings.partition(), providers).deploy(assembly);
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    /// Devices first, stores last, so that nothing is cut off that others still need.
    private synchronized void stopAll() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                // the rest must still be stopped
                System.err.printf("local cloud: %s did not stop cleanly: %s%n", part, e);
            }
        }
    }
}
