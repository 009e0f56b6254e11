package dev.millrace.local;

import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.lambda.EventSourceMapping;
import dev.millrace.local.lambda.FunctionSpec;
import dev.millrace.local.lambda.LambdaHost;
import dev.millrace.local.lambda.LogLine;
import dev.millrace.local.lambda.RuntimeInterfaceClient;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// The functions of the template, running, and the mappings that bring them the records of the stream.
final class Functions implements AutoCloseable {
    /// AWS gives an account 1,000 at a time; a machine with a few cores has nothing from more than these.
    private static final int ENVIRONMENTS_MAX = 4;
    private static final Duration NO_BOUND = Duration.ofSeconds(-1);

    private final LambdaHost host;
    private final Map<String, EventSourceMapping> mappings = new LinkedHashMap<>();
    private final List<FailedBatches> failedBatches = new ArrayList<>();

    Functions(LocalCloud.Settings settings, Consumer<LogLine> log, URI awsEndpoint, LocalKinesis kinesis, LambdaResources template, Roles roles) {
        Set<String> mute = template.functions().stream().filter(function -> !roles.mayLog(function)).map(FunctionDefinition::name).collect(Collectors.toUnmodifiableSet());
        mute.forEach(name -> settings.progress().accept("function %s may not write its log: its lines and metrics are dropped".formatted(name)));
        host = new LambdaHost(new LambdaHost.Settings(settings.region(), settings.workDirectory().resolve("lambda"), RuntimeInterfaceClient.onClassPath(),
                ENVIRONMENTS_MAX, Map.of("AWS_ENDPOINT_URL", awsEndpoint.toString())), line -> {
                    if (!mute.contains(line.functionName())) {
                        log.accept(line);
                    }
                }, InstantSource.system());
        try {
            Map<String, FunctionDefinition> functions = new HashMap<>();
            for (FunctionDefinition function : template.functions()) {
                functions.put(function.name(), function);
                host.deploy(spec(function));
            }
            for (MappingDefinition mapping : template.mappings()) {
                roles.requireMayRead(functions.get(mapping.functionName()), mapping);
                // written with the rights of the function, as on AWS
                var onFailure = new FailedBatches(awsEndpoint, settings.region(), functions.get(mapping.functionName()).accessKeyId());
                failedBatches.add(onFailure);
                mappings.put(mapping.id(), new EventSourceMapping(settings(mapping), EventSourceMapping.Pace.AWS, kinesis, host, onFailure,
                        InstantSource.system(), RandomGenerator.getDefault()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    LambdaHost host() {
        return host;
    }

    /// By the UUID.
    Map<String, EventSourceMapping> mappings() {
        return Map.copyOf(mappings);
    }

    /// Records that are not settled, summed over all mappings.
    long backlog() {
        return mappings.values().stream().mapToLong(EventSourceMapping::backlog).sum();
    }

    boolean idle() {
        return mappings.values().stream().allMatch(EventSourceMapping::isIdle);
    }

    /// First the mappings, so that nothing is invoked any more when the functions end.
    @Override
    public void close() {
        mappings.values().parallelStream().forEach(EventSourceMapping::close);
        try {
            host.close();
        } catch (IllegalStateException _) {
            // the JVM is ending: the host's own hook has ended the functions or is about to
        }
        failedBatches.forEach(FailedBatches::close);
    }

    private static FunctionSpec spec(FunctionDefinition function) {
        Map<String, String> environment = new HashMap<>(function.environment());
        // by these the front door knows who calls; the signature is not verified
        environment.put("AWS_ACCESS_KEY_ID", function.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        return new FunctionSpec(function.name(), function.arn(), function.zip(), function.handler(), function.memoryMegabytes(), function.timeout(), environment);
    }

    private static EventSourceMapping.Settings settings(MappingDefinition mapping) {
        StartingPosition start = switch (mapping.startingPosition()) {
            case "TRIM_HORIZON" -> new StartingPosition.TrimHorizon();
            case "LATEST" -> new StartingPosition.Latest();
            default -> throw new IllegalArgumentException("mapping of %s: StartingPosition expected as TRIM_HORIZON or LATEST, came %s"
                    .formatted(mapping.functionName(), mapping.startingPosition()));
        };
        return new EventSourceMapping.Settings(mapping.id(), mapping.functionName(), mapping.functionArn(), mapping.streamName(), mapping.streamArn(),
                mapping.batchSize(), mapping.batchingWindow(), mapping.parallelizationFactor(), start, mapping.retryAttempts(),
                mapping.recordAge().orElse(NO_BOUND), mapping.bisectOnError(), mapping.reportsItemFailures(), mapping.onFailureBucket());
    }
}
