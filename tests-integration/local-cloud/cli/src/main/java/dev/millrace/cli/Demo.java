package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.deploy.WorkDirectory;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.chaos.Chaos;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/// The main job from end to end, in the order in which a person sees it.
final class Demo {
    private static final List<String> FORMATS = List.of("json", "protobuf");
    private static final Duration DRAIN = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofMinutes(5);

    /// The simulator's transports, and how many devices each is good for on a small machine.
    enum Transport {
        mqtt, direct;

        int devicesMax() {
            return switch (this) {
                case mqtt -> 5_000;
                case direct -> 100_000;
            };
        }
    }

    /// @param root          of the built project
    /// @param workDirectory where a run keeps its data and logs; emptied first
    /// @param seconds  1 to 86,400
    /// @param devices  1 to 5,000, for `direct` to 100,000
    /// @param intervalMillis between two readings of a device, 10 to 3,600,000 ms
    /// @param profile  name of a device type
    /// @param format   of the packs, `json` or `protobuf`
    /// @param mishaps  options of the simulator
    /// @param isKilled whether the simulator is killed midway and started again
    /// @param chaos    seed of what befalls the cloud while the fleet runs, if anything shall
    /// @param mqttPort 0 to 65,535
    /// @param awsPort  0 to 65,535
    record Settings(Path root, Path workDirectory, int seconds, int devices, Transport transport, int intervalMillis, String profile, String format, long seed,
            List<String> mishaps, boolean isKilled, Optional<Long> chaos, boolean isKept, int mqttPort, int awsPort) {
        Settings {
            root = root.toAbsolutePath().normalize();
            workDirectory = workDirectory.toAbsolutePath().normalize();
            if (!FORMATS.contains(format)) {
                throw new IllegalArgumentException("--format must be one of %s: %s".formatted(FORMATS, format));
            }
            if (isKilled && transport == Transport.direct) {
                throw new IllegalArgumentException("--kill needs journals to start again from, which --transport direct has not");
            }
            requireBetween("--seconds", seconds, 1, 86_400);
            requireBetween("--devices", devices, 1, transport.devicesMax());
            requireBetween("--interval-ms", intervalMillis, 10, 3_600_000);
            requireBetween("--mqtt-port", mqttPort, 0, 65_535);
            requireBetween("--aws-port", awsPort, 0, 65_535);
        }

        private static void requireBetween(String option, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException("%s must be %d to %d: %d".formatted(option, min, max, value));
            }
        }

        /// That need a certificate.
        List<String> things() {
            if (transport == Transport.direct) {
                return List.of();
            }
            List<String> things = new ArrayList<>(devices);
            for (int number = 1; number <= devices; number++) {
                things.add("%s-%05d".formatted(profile, number));
            }
            return things;
        }
    }

    private final Settings settings;
    private final PrintStream out;
    private final PrintStream err;
    private final FunctionMetrics metrics = new FunctionMetrics();
    private final Processes processes = new Processes();
    private final Stopwatch stopwatch = new Stopwatch();

    Demo(Settings settings, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /// @return whether every reading is accounted for exactly once, and no call was denied
    boolean run() throws IOException, InterruptedException, SQLException {
        LocalCloud.requireFree(settings.awsPort(), settings.mqttPort());
        Path work = settings.workDirectory();
        if (Files.isDirectory(work)) {
            step("removing the data of the last run in " + work);
        }
        WorkDirectory.empty(work);
        step("synthesizing the CDK app");
        Path assembly = new Synthesis(settings.root()).run(work.resolve("cdk.out"), work.resolve("logs/synth.log"));
        step("starting the local cloud and deploying the templates onto it");
        Optional<Chaos> chaos = settings.chaos().map(seed -> new Chaos(seed, settings.things()));
        var cloudSettings = new LocalCloud.Settings(assembly, work.resolve("cloud"), settings.root(), settings.awsPort(), settings.mqttPort(),
                LocalCloud.Settings.DEFAULT_REGION, LocalCloud.Settings.DEFAULT_ACCOUNT, settings.things(), line -> out.println("      " + line), metrics,
                chaos.stream().map(Chaos::gate).toList());
        try (LocalCloud cloud = LocalCloud.start(cloudSettings)) {
            step("running %,d %s devices for %d s, %s".formatted(settings.devices(), settings.profile(), settings.seconds(), switch (settings.transport()) {
                case mqtt -> "each with its own certificate over MQTT with mutual TLS";
                case direct -> "straight into the stream, as the topic rule would write";
            }));
            Path truth = work.resolve("truth.jsonl.gz");
            chaos.ifPresent(bad -> bad.rage(cloud));
            boolean isAcknowledged = new FleetRun(settings, cloud, truth, processes, out).run();
            chaos.ifPresent(this::calm);
            step("waiting until the functions have taken everything");
            awaitDrained(cloud);
            if (settings.chaos().isPresent()) {
                redrive(cloud);
            }
            step("compacting what has landed into the lake's tables");
            Compaction.run(cloud);
            CostReport cost = CostReport.of(cloud);
            step("asking the ledgers what is missing");
            String table = CompletenessFunction.run(cloud, CompletenessFunction.LOOK).get("table").asText();
            step("asking the stores");
            boolean isExactlyOnce = report(cloud, truth, table, cost);
            boolean isAllowed = tellDenied(cloud);
            if (settings.isKept()) {
                keep(cloud);
            }
            return isExactlyOnce && isAcknowledged && isAllowed;
        }
    }

    private void calm(Chaos chaos) {
        chaos.close();
        step("the chaos is over: " + chaos.done().entrySet().stream().map(mishap -> "%s %,d times".formatted(mishap.getKey(), mishap.getValue())).collect(Collectors.joining(", ")));
    }

    /// What was given up in the chaos is asked for until nothing is left of it.
    private void redrive(LocalCloud cloud) throws IOException, InterruptedException {
        while (true) {
            JsonNode report = OperatorCall.invoke(cloud, "RedriveFunction", "{}");
            if (report.path("documents").asLong() == 0) {
                return;
            }
            step("redrove %,d records of %,d documents that rules and functions had given up".formatted(report.path("redriven").asLong(), report.path("documents").asLong()));
            if (report.path("left").asLong() > 0 || report.path("unreadable").asLong() > 0) {
                throw new DemoFailed("not everything could be redriven: " + report);
            }
            awaitDrained(cloud);
        }
    }

    private void step(String what) {
        out.printf("%5.1f s %s%n", stopwatch.seconds(), what);
    }

    private void awaitDrained(LocalCloud cloud) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(DRAIN);
        while (!cloud.drained()) {
            if (Instant.now().isAfter(deadline)) {
                err.printf("millrace demo: %,d records are still not taken after %d s; the report shows what is missing. Function logs: %s%n",
                        cloud.backlog(), DRAIN.toSeconds(), settings.workDirectory());
                return;
            }
            Thread.sleep(200);
        }
    }

    /// @param completenessTable key of the object that the function completeness wrote
    private boolean report(LocalCloud cloud, Path truthFile, String completenessTable, CostReport cost) throws IOException, SQLException {
        DeviceType type = DeviceTypes.shipped().require(settings.profile());
        DeviceType.Measure measure = type.measuresInUse().getFirst();
        var deployed = new Deployed(cloud.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, cloud.outputs());
        try (AwsClients clients = AwsClients.of(deployed)) {
            HotStore hot = HotStore.of(clients.timestream(), deployed);
            LakeFiles landing = LakeFiles.landing(clients.s3(), deployed.output("LakeBucket"), type, settings.workDirectory().resolve("analyst"));
            LakeFiles readings = LakeFiles.readings(clients, deployed, type, settings.workDirectory().resolve("analyst"));
            GroundTruth truth = GroundTruth.read(truthFile);
            Findings findings = Findings.of(clients, deployed, type, hot, landing);
            long paneMillis = type.pane().toMillis();
            long fromMillis = Instant.now().minus(WINDOW).toEpochMilli() / paneMillis * paneMillis;
            List<HotStore.Rolling> rolling = hot.rolling(type, measure.name(), fromMillis);
            GroundTruth known = truth.without(Audit.gone(truth, findings));
            String table = LakeLayout.readingsTable(type);
            var completeness = CompletenessAudit.ofObject(clients.s3(), deployed.output("LakeBucket"), completenessTable);
            Audit audit = Audit.of(truth, findings)
                    .with(RollingCheck.problems(known, measure.name(), fromMillis, rolling))
                    .with(Audit.rowProblems(known, "table " + table, readings::rows))
                    .with(CompletenessCheck.problems(known, completeness.rows()));

            var report = new Report(audit, truth, findings, metrics.latency());
            out.println();
            Report.printRolling(out, measure, rolling);
            out.println();
            Report.printTable(out, measure, table, readings);
            out.println();
            out.printf("Completeness by the ledgers: %s (./millrace audit names them)%n", completeness.summary());
            out.println();
            report.printQuarantine(out);
            out.println();
            report.printAccounts(out);
            out.println();
            Report.printColdStarts(out, cloud.lambdaHost().coldStarts());
            out.println();
            processes.look();
            processes.print(out);
            out.println();
            cost.print(out, settings, audit.total().taken());
            out.println();
            report.printVerdict(out, err);
            out.println("Ask the lake yourself: ./millrace query --list");
            return audit.isExactlyOnce();
        }
    }

    /// A call that a role does not allow is a defect of the template, even if all readings are there: on AWS it fails for ever.
    private boolean tellDenied(LocalCloud cloud) {
        cloud.denied().forEach((denial, times) -> err.printf("millrace demo: denied %,d time(s): %s%n", times, denial));
        return cloud.denied().isEmpty();
    }

    private void keep(LocalCloud cloud) throws IOException, InterruptedException {
        String newcomer = Newcomer.invite(cloud, settings.profile()).command(cloud, settings.workDirectory().resolve("newcomer"));
        out.printf("""

                The cloud stays up until Ctrl-C.
                  AWS    export AWS_ENDPOINT_URL=%s AWS_REGION=%s AWS_ACCESS_KEY_ID=operator AWS_SECRET_ACCESS_KEY=local
                  audit  ./millrace audit --environment demo, with these variables
                  MQTT   localhost:%d, mutual TLS: --ca %s, certificates in %s
                  more   ./millrace simulate %s \\
                           --devices %d --profile %s --seconds 60 --truth %s
                  new    %s
                """, cloud.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, cloud.mqttPort(), cloud.caFile(), cloud.certsDirectory(),
                String.join(" ", FleetRun.target(settings, cloud)), settings.devices(), settings.profile(),
                settings.workDirectory().resolve("truth.jsonl.gz"), newcomer);
        out.flush();
        new CountDownLatch(1).await();
    }

    private static final class Stopwatch {
        private final long startNanos = System.nanoTime();

        double seconds() {
            return (System.nanoTime() - startNanos) / 1e9;
        }
    }
}
