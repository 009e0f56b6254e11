package dev.millrace.local.lambda;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Runs functions from their deployment zips, each environment a JVM of its own with AWS's runtime interface client.
///
/// An environment handles one invocation at a time; further ones start on demand up to a bound, and idle ones are used
/// again. After a timeout, a crash or a failed init the environment is killed and the next invocation gets a fresh one.
/// When all environments of a function are busy, [#invoke] waits; AWS would throttle.
///
/// The JVMs do not outlive this one: on an orderly end a shutdown hook kills them, and when this process is killed their
/// connection to the Runtime API breaks, whereupon the runtime interface client ends its process (tested).
public final class LambdaHost implements FunctionInvoker, AutoCloseable {
    private static final double HEAP_SHARE_OF_MEMORY = 0.7;

    /// What all functions of a host have in common.
    ///
    /// @param workDirectory unpacked zips and one log file for each function go here
    /// @param runtimeInterfaceClient its jars, see [RuntimeInterfaceClient#onClassPath()]
    /// @param environmentsMax environments of one function at a time
    /// @param environment variables of every function, such as `AWS_ENDPOINT_URL`; a function's own win
    public record Settings(String region, Path workDirectory, List<Path> runtimeInterfaceClient, int environmentsMax,
            Map<String, String> environment) {
        public Settings {
            requireNonNull(region, "region is null");
            requireNonNull(workDirectory, "workDirectory is null");
            runtimeInterfaceClient = List.copyOf(runtimeInterfaceClient);
            environment = Map.copyOf(environment);
            if (runtimeInterfaceClient.isEmpty()) {
                throw new IllegalArgumentException("runtimeInterfaceClient has no jar");
            }
            if (environmentsMax < 1 || environmentsMax > 1_000) {
                throw new IllegalArgumentException("environmentsMax not in 1..1000: " + environmentsMax);
            }
        }
    }

    private final Settings settings;
    private final Consumer<LogLine> log;
    private final InstantSource clock;
    private final Path nativeLibrary;
    private final Map<String, EnvironmentPool> pools = new ConcurrentHashMap<>();
    private final List<ColdStart> coldStarts = new CopyOnWriteArrayList<>();
    private final Map<String, UseCounter> uses = new ConcurrentHashMap<>();
    private final Thread onExit = new Thread(this::closeAll, "stop functions");

    /// @param log gets every line that a function writes, from many threads
    public LambdaHost(Settings settings, Consumer<LogLine> log, InstantSource clock) {
        this.settings = requireNonNull(settings, "settings is null");
        this.log = requireNonNull(log, "log is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.nativeLibrary = RuntimeInterfaceClient.unpackNativeLibrary(settings.runtimeInterfaceClient(),
                settings.workDirectory().resolve("native")).toAbsolutePath();
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// Makes a function known, or replaces it: all environments of the old one
    /// are killed.
    ///
    /// @throws IllegalArgumentException if the zip is larger than 250 MB unzipped or leaves its directory
    /// @throws UncheckedIOException if it cannot be read
    public void deploy(FunctionSpec spec) {
        try {
            DeployedFunction function = DeployedFunction.unpack(spec, settings.workDirectory().resolve("functions"));
            Path logs = Files.createDirectories(settings.workDirectory().resolve("logs"));
            UseCounter use = uses.computeIfAbsent(spec.name(), _ -> new UseCounter(spec));
            Consumer<LogLine> counted = line -> {
                use.logged(line);
                log.accept(line);
            };
            var pool = new EnvironmentPool(settings.environmentsMax(),
                    new FunctionLog(logs.resolve(spec.name() + ".log"), counted),
                    (id, functionLog) -> start(id, function, functionLog));
            EnvironmentPool before = pools.put(spec.name(), pool);
            if (before != null) {
                before.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot deploy function " + spec.name(), e);
        }
    }

    /// Waits for a free environment and then for the result.
    @Override
    public InvocationResult invoke(String functionName, byte[] payload) throws InterruptedException {
        EnvironmentPool pool = pools.get(functionName);
        if (pool == null) {
            throw new IllegalArgumentException("no such function: " + functionName);
        }
        if (payload.length > RuntimeApi.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("payload for function %s has %d bytes, more than %d"
                    .formatted(functionName, payload.length, RuntimeApi.PAYLOAD_BYTES_MAX));
        }
        return pool.invoke(payload);
    }

    /// All cold starts so far that led to an answer.
    public List<ColdStart> coldStarts() {
        return List.copyOf(coldStarts);
    }

    /// What each function has used so far.
    public List<FunctionUse> uses() {
        return uses.values().stream().map(UseCounter::use).toList();
    }

    /// The environments that are alive now.
    public List<EnvironmentView> environments() {
        return pools.values().stream().flatMap(pool -> pool.environments().stream()).toList();
    }

    private Environment start(String id, DeployedFunction function, FunctionLog functionLog) throws IOException {
        var api = new RuntimeApi(function.spec(), clock);
        try {
            return new Environment(id, function.spec(), api, command(id, function, api), functionLog, coldStarts::add, uses.get(function.spec().name())::invoked);
        } catch (IOException | RuntimeException e) {
            api.close();
            throw e;
        }
    }

    private ProcessBuilder command(String id, DeployedFunction function, RuntimeApi api) {
        FunctionSpec spec = function.spec();
        String jars = settings.runtimeInterfaceClient().stream().map(jar -> jar.toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        // flags as in the managed runtime (Lambda developer guide, "Customize the JVM"): C1 only, serial collector
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                "-Xmx%dm".formatted((long) (spec.memoryMegabytes() * HEAP_SHARE_OF_MEMORY)),
                "--enable-native-access=ALL-UNNAMED",
                "-D%s=%s".formatted(RuntimeInterfaceClient.NATIVE_LIBRARY_PROPERTY, nativeLibrary),
                "-cp", jars, RuntimeInterfaceClient.MAIN_CLASS, spec.handler());
        builder.directory(function.taskRoot().toFile());
        Map<String, String> environment = builder.environment();
        // nothing of this machine may leak in: neither credentials nor JVM options
        String path = environment.getOrDefault("PATH", "");
        environment.clear();
        environment.put("PATH", path);
        environment.put("TZ", ":UTC");
        environment.put("LANG", "C.UTF-8");
        environment.putAll(settings.environment());
        environment.putAll(spec.environment());
        environment.putAll(reserved(id, function, api));
        return builder;
    }

    /// Lambda developer guide, "Defined runtime environment variables".
    private Map<String, String> reserved(String id, DeployedFunction function, RuntimeApi api) {
        FunctionSpec spec = function.spec();
        return Map.ofEntries(
                Map.entry("AWS_LAMBDA_RUNTIME_API", api.address()),
                Map.entry("_HANDLER", spec.handler()),
                Map.entry("LAMBDA_TASK_ROOT", function.taskRoot().toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", spec.name()),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", spec.version()),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(spec.memoryMegabytes())),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + spec.name()),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", id),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_EXECUTION_ENV", "AWS_Lambda_java25"),
                Map.entry("AWS_REGION", settings.region()),
                Map.entry("AWS_DEFAULT_REGION", settings.region()));
    }

    private void closeAll() {
        pools.values().forEach(EnvironmentPool::close);
    }

    /// Kills all environments; running invocations end as [InvocationResult.Crashed].
    @Override
    public void close() {
        closeAll();
        Runtime.getRuntime().removeShutdownHook(onExit);
    }
}
