package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.kinesis.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LambdaHostTest {
    private static final String HANDLER = "example.CommandFunction::handleRequest";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;
    private final ConcurrentLinkedQueue<LogLine> lines = new ConcurrentLinkedQueue<>();
    private LambdaHost host;

    @BeforeEach
    void start() {
        host = host(directory.resolve("work"));
    }

    private LambdaHost host(Path work) {
        return new LambdaHost(new LambdaHost.Settings("eu-west-1", work, RuntimeInterfaceClient.onClassPath(), 2,
                Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "SHARED", "host")), lines::add, InstantSource.system());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static FunctionSpec spec(Path zip, Duration timeout, Map<String, String> environment) {
        return new FunctionSpec("commands", "arn:aws:lambda:eu-west-1:123456789012:function:commands:live", zip, HANDLER,
                256, timeout, environment);
    }

    private void deploy(Duration timeout) throws IOException {
        host.deploy(spec(FunctionZip.withClasses(directory), timeout, Map.of("SHARED", "function", "OWN", "yes")));
    }

    private InvocationResult invoke(String command) throws InterruptedException {
        return host.invoke("commands", "\"%s\"".formatted(command).getBytes(UTF_8));
    }

    private String answer(String command) throws InterruptedException {
        InvocationResult result = invoke(command);
        assertThat(result).isInstanceOf(InvocationResult.Succeeded.class);
        return new String(((InvocationResult.Succeeded) result).response(), UTF_8);
    }

    @Test
    void aFunctionSeesItsContextAndItsEnvironment() throws Exception {
        deploy(Duration.ofSeconds(20));

        String context = answer("context");
        assertThat(context).contains("name=commands", "version=live", "memory=256",
                "arn=arn:aws:lambda:eu-west-1:123456789012:function:commands:live");
        int remaining = Integer.parseInt(context.replaceAll(".*remaining=(\\d+).*", "$1"));
        assertThat(remaining).isBetween(10_000, 20_000);
        assertThat(answer("variable SHARED")).isEqualTo("function");
        assertThat(answer("variable OWN")).isEqualTo("yes");
        assertThat(answer("variable AWS_ENDPOINT_URL")).isEqualTo("http://127.0.0.1:1");
        assertThat(answer("variable AWS_EXECUTION_ENV")).isEqualTo("AWS_Lambda_java25");
        assertThat(answer("variable AWS_LAMBDA_FUNCTION_NAME")).isEqualTo("commands");
        assertThat(answer("variable HOME")).as("nothing of this machine").isEqualTo("null");
        assertThat(answer("nothing")).isEmpty();
    }

    @Test
    void aFunctionMayComeAsAJarInLib() throws Exception {
        host.deploy(spec(FunctionZip.withLibrary(directory), Duration.ofSeconds(20), Map.of()));

        assertThat(answer("variable SHARED")).isEqualTo("host");
    }

    @Test
    void anIdleEnvironmentIsUsedAgainAlsoAfterAnError() throws Exception {
        deploy(Duration.ofSeconds(20));
        String pid = answer("pid");

        assertThat(invoke("throw")).isInstanceOfSatisfying(InvocationResult.FunctionError.class, error -> {
            assertThat(error.type()).isEqualTo("Runtime.UserException");
            assertThat(new String(error.body(), UTF_8)).contains("asked to throw", "java.lang.IllegalArgumentException", "stackTrace");
        });

        assertThat(answer("pid")).isEqualTo(pid);
        assertThat(host.environments()).singleElement().satisfies(environment -> {
            assertThat(environment.pid()).hasToString(pid);
            assertThat(environment.functionName()).isEqualTo("commands");
            assertThat(environment.busy()).isFalse();
        });
        assertThat(host.coldStarts()).singleElement().satisfies(start ->
                assertThat(start.millisToReady()).isPositive().isLessThanOrEqualTo(start.millisToFirstResponse()));
    }

    @Test
    void environmentsStartOnDemandUpToTheBound() throws Exception {
        deploy(Duration.ofSeconds(20));
        Set<Integer> alive = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> call = () -> {
                String answer = answer("sleep 50");
                alive.add(host.environments().size());
                return answer;
            };
            for (Future<String> answer : threads.invokeAll(Collections.nCopies(6, call))) {
                assertThat(answer.get()).isEqualTo("\"slept\"");
            }
        }
        assertThat(alive).contains(2);
        assertThat(alive).allMatch(count -> count <= 2);
    }

    @Test
    void aTimeoutKillsTheEnvironmentAndTheNextInvocationGetsAFreshOne() throws Exception {
        deploy(Duration.ofSeconds(2));
        String pid = answer("pid");

        assertThat(invoke("sleep 60000")).isInstanceOf(InvocationResult.TimedOut.class);

        assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(answer("pid")).isNotEqualTo(pid);
    }

    @Test
    void aFunctionThatExitsHasCrashed() throws Exception {
        deploy(Duration.ofSeconds(20));

        assertThat(invoke("exit 3")).isInstanceOfSatisfying(InvocationResult.Crashed.class, crashed -> {
            assertThat(crashed.exitCode()).isEqualTo(3);
            assertThat(crashed.lastLog()).contains("about to exit");
        });
        assertThat(answer("nothing")).isEmpty();
    }

    @Test
    void aFunctionKilledFromOutsideHasCrashed() throws Exception {
        deploy(Duration.ofSeconds(20));
        answer("nothing");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvocationResult> result = threads.submit(() -> invoke("sleep 60000"));
            Await.until("invocation runs", SOON, () -> host.environments().stream().anyMatch(EnvironmentView::busy));
            ProcessHandle.of(host.environments().getFirst().pid()).orElseThrow().destroyForcibly();

            assertThat(result.get(20, TimeUnit.SECONDS)).isInstanceOf(InvocationResult.Crashed.class);
        }
    }

    @Test
    void aFunctionThatCannotBeInitialisedReportsWhy() throws Exception {
        host.deploy(spec(FunctionZip.withClasses(directory), Duration.ofSeconds(20), Map.of("FAIL_IN", "init")));

        for (int i = 0; i < 2; i++) {
            assertThat(invoke("nothing")).isInstanceOfSatisfying(InvocationResult.FunctionError.class, error ->
                    assertThat(new String(error.body(), UTF_8)).contains("no table configured"));
        }
        assertThat(host.environments()).isEmpty();
    }

    @Test
    void payloadsHaveAtMostSixMegabytesEachWay() throws Exception {
        deploy(Duration.ofSeconds(20));

        assertThat(answer("large " + (6 << 20))).hasSize(6 << 20);
        assertThat(invoke("large " + ((6 << 20) + 1))).isInstanceOfSatisfying(InvocationResult.FunctionError.class,
                error -> assertThat(error.type()).isEqualTo("Function.ResponseSizeTooLarge"));
        assertThat(answer("nothing")).isEmpty();
        assertThatThrownBy(() -> host.invoke("commands", new byte[(6 << 20) + 1]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("6291456");
        assertThatThrownBy(() -> host.invoke("unknown", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("unknown");
    }

    @Test
    void whatAFunctionPrintsIsPassedOnAndKept() throws Exception {
        deploy(Duration.ofSeconds(20));
        answer("pid");

        Await.until("line arrives", SOON, () -> lines.stream().anyMatch(line -> line.text().equals("pid asked")
                && line.functionName().equals("commands")));
        Await.until("line is in the file", SOON, () ->
                Files.readString(directory.resolve("work/logs/commands.log")).contains("pid asked"));
    }

    @Test
    void aZipThatLeavesItsDirectoryIsRefused() throws Exception {
        Path zip = directory.resolve("evil.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("../../evil.txt"));
        }
        assertThatThrownBy(() -> host.deploy(spec(zip, Duration.ofSeconds(20), Map.of())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leaves its directory");
    }

    @Test
    void functionsEndByThemselvesWhenTheirHostIsKilled() throws Exception {
        Path zip = FunctionZip.withClasses(directory);
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), OrphanMaker.class.getName(), zip.toString(),
                directory.resolve("other").toString()).redirectError(new File("target/orphan-maker.log")).start();
        long pid;
        try (BufferedReader out = other.inputReader(UTF_8)) {
            pid = Long.parseLong(String.valueOf(out.readLine()));
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isPresent();
        } finally {
            other.destroyForcibly();
        }
        Await.until("orphan ends", SOON, () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    /// Starts one environment, prints its process id and waits to be killed.
    static final class OrphanMaker {
        private OrphanMaker() {
        }

        static void main(String[] arguments) throws Exception {
            var host = new LambdaHost(new LambdaHost.Settings("eu-west-1", Path.of(arguments[1]),
                    RuntimeInterfaceClient.onClassPath(), 1, Map.of()), _ -> { }, InstantSource.system());
            host.deploy(spec(Path.of(arguments[0]), Duration.ofSeconds(20), Map.of()));
            var result = (InvocationResult.Succeeded) host.invoke("commands", "\"pid\"".getBytes(UTF_8));
            System.out.println(new String(result.response(), UTF_8));
            System.in.transferTo(System.err);
        }
    }
}
