package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Compaction;
import dev.millrace.cli.CompletenessFunction;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Topics;
import dev.millrace.local.frontdoor.CallCounter;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.lambda.LogLine;
import dev.millrace.provisioning.Provision;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/// Everything that a deployment does with the rights of a role, once, on a cloud of its own: what devices, topic rules and
/// functions do when all is well, and what becomes of what is wrong. It ends at the first call that is denied.
final class WholeFlow implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String THING = SharedCloud.SENSORS.getFirst();
    private static final String UNLUCKY = SharedCloud.SENSORS.get(1);
    private static final String CLAIM = "the-claim";

    /// Which functions have written into their log.
    private static final class Logs implements Consumer<LogLine> {
        private final Set<String> functions = ConcurrentHashMap.newKeySet();

        @Override
        public void accept(LogLine line) {
            functions.add(line.functionName());
        }
    }

    private final Logs logs = new Logs();
    private final Path work;
    private final SharedCloud cloud;

    private WholeFlow(Path assembly) throws IOException, InterruptedException {
        work = Directories.fresh("whole-flow");
        cloud = SharedCloud.own(assembly, work, logs);
    }

    /// @throws AssertionError if something did not come about, or a call was denied
    static void run(Path assembly) throws Exception {
        try (var flow = new WholeFlow(assembly)) {
            flow.requireNothingDenied();
            flow.readingsAreCountedAndWhatIsWrongIsQuarantined();
            flow.whatARuleCannotHandOnIsKept();
            flow.whatWasKeptIsRedriven();
            flow.aNoticeIsInTheLake();
            flow.whatIsMissingIsToldAndAskedFor();
            flow.aSilentThingIsSwept();
            flow.lateReadingsAreCompactedAndTheirPanesCorrected();
            flow.aDeviceProvisionsItself();
            flow.everyFunctionHasWrittenItsLog();
        }
    }

    @Override
    public void close() {
        cloud.close();
    }

    private void requireNothingDenied() {
        assertThat(cloud.cloud().denied()).as("calls that the template's roles do not allow").isEmpty();
    }

    private void until(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, PATIENCE, () -> {
            requireNothingDenied();
            return condition.call();
        });
        requireNothingDenied();
    }

    private void awaitDrained() throws Exception {
        until("the functions have taken everything", cloud.cloud()::drained);
    }

    private void readingsAreCountedAndWhatIsWrongIsQuarantined() throws Exception {
        var reading = new Reading(new ReadingId(THING, 1, 1), System.currentTimeMillis(), new TreeMap<>(Map.of("temperature_c", 20.0, "humidity_pct", 40.0)));
        publish(THING, telemetry(THING), Payload.pack(THING, reading).bytes(), Payload.text(THING, "{broken").bytes());
        awaitDrained();
        List<ReadingId> taken = List.of(reading.id());
        assertThat(cloud.accounts().hot(THING)).isEqualTo(taken);
        assertThat(cloud.accounts().lake(THING)).isEqualTo(taken);
        assertThat(cloud.accounts().quarantined(THING)).isNotEmpty();
    }

    private void whatARuleCannotHandOnIsKept() throws Exception {
        try (SharedCloud.Passage _ = cloud.through(refusing("kinesis", "PutRecord"))) {
            publish(UNLUCKY, telemetry(UNLUCKY), Payload.readings(UNLUCKY, 1).bytes());
            until("the pack is in the failures bucket", () -> !keys("FailuresBucket", LakeLayout.RULE_ERRORS_PREFIX).isEmpty());
        }
        int packs = keys("FailuresBucket", LakeLayout.RULE_ERRORS_PREFIX).size();
        CallGate lake = call -> {
            // the rule's object, and not those of its error action: by the role that the rule acts under
            if (call.operation().equals("PutObject") && call.accessKeyId().contains("LakeRole")) {
                throw new CallRefused(403, "InvalidRequest", "the lake takes nothing now");
            }
        };
        try (SharedCloud.Passage _ = cloud.through(lake)) {
            publish(UNLUCKY, notices(UNLUCKY), notice(UNLUCKY));
            until("the notice is in the failures bucket", () -> keys("FailuresBucket", LakeLayout.RULE_ERRORS_PREFIX).size() > packs);
        }
    }

    private void whatWasKeptIsRedriven() throws Exception {
        RedriveTest.redrive(cloud, "{}");
        awaitDrained();
        assertThat(keys("FailuresBucket", LakeLayout.RULE_ERRORS_PREFIX)).isEmpty();
        assertThat(cloud.accounts().hot(UNLUCKY)).containsExactly(new ReadingId(UNLUCKY, 1, 1));
        assertThat(keys("LakeBucket", LakeLayout.LOST_PREFIX + UNLUCKY)).hasSize(1);
    }

    private void aNoticeIsInTheLake() throws Exception {
        publish(THING, notices(THING), notice(THING));
        until("the notice is in the lake", () -> !keys("LakeBucket", LakeLayout.LOST_PREFIX + THING).isEmpty());
    }

    /// Twice: the second look goes on from what the first one left.
    private void whatIsMissingIsToldAndAskedFor() throws Exception {
        long now = System.currentTimeMillis();
        cloud.put(List.of(Payload.pack("gappy-1", Payload.reading("gappy-1", 1, now, 20), Payload.reading("gappy-1", 3, now, 20))));
        awaitDrained();
        for (int look = 0; look < 2; look++) {
            CompletenessFunction.run(cloud.cloud(), "{\"graceSeconds\":0,\"readingsMax\":10}");
            requireNothingDenied();
        }
        assertThat(keys("LakeBucket", LakeLayout.COMPLETENESS_PREFIX)).isNotEmpty();
        assertThat(cloud.cloud().calls()).containsKey(new CallCounter.Operation("iotdata", "Publish"));
    }

    private void aSilentThingIsSwept() throws Exception {
        IdleThingTest.commit(cloud, IdleThingTest.silentFor("silent-1", Duration.ofHours(1)));
        cloud.cloud().fireSchedules();
        awaitDrained();
        assertThat(cloud.accounts().state("silent-1").panes()).isEmpty();
    }

    private void lateReadingsAreCompactedAndTheirPanesCorrected() throws Exception {
        long days = System.currentTimeMillis() - Duration.ofDays(2).toMillis();
        cloud.put(List.of(Payload.pack("offline-1", Payload.reading("offline-1", 1, System.currentTimeMillis(), 20))));
        awaitDrained();
        cloud.put(List.of(Payload.pack("offline-1", Payload.reading("offline-1", 2, days, 10))));
        awaitDrained();
        Compaction.run(cloud.cloud());
        requireNothingDenied();
        assertThat(cloud.accounts().table("offline-1")).hasSize(2);
        assertThat(cloud.accounts().inPanes("offline-1")).isEqualTo(2);
    }

    private void aDeviceProvisionsItself() throws Exception {
        cloud.cloud().createCertificate(CLAIM, cloud.stage().deployed().output("ClaimPolicyName"));
        cloud.stage().clients().dynamoDb().putItem(put -> put.tableName(cloud.stage().deployed().output("SerialsTable"))
                .item(Map.of("serial", AttributeValue.fromS("SN-1"), "type", AttributeValue.fromS("environment"))));
        Path certificates = cloud.cloud().certsDirectory();
        var said = new StringWriter();
        CommandLine program = Provision.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        int exitCode = program.execute("--endpoint", "localhost", "--port", String.valueOf(cloud.cloud().mqttPort()), "--ca", cloud.cloud().caFile().toString(),
                "--template", cloud.stage().deployed().output("ProvisioningTemplateName"), "--out", work.resolve("device").toString(), "--serial", "SN-1",
                "--claim-cert", certificates.resolve(CLAIM + ".cert.pem").toString(), "--claim-key", certificates.resolve(CLAIM + ".key.pem").toString());
        // the device hears no more than that it is refused
        assertThat(exitCode).as("%s; calls that the template's roles do not allow: %s", said, cloud.cloud().denied()).isZero();
        requireNothingDenied();
    }

    private void everyFunctionHasWrittenItsLog() {
        Set<String> functions = cloud.cloud().deployment().ofType("AWS::Lambda::Function").stream().map(function -> function.provisioned().ref()).collect(Collectors.toSet());
        assertThat(logs.functions).as("functions that had logs:CreateLogStream and logs:PutLogEvents").containsAll(functions);
    }

    private void publish(String thing, String topic, byte[]... payloads) throws Exception {
        try (var device = new SdkDevice(cloud.cloud(), thing, thing)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            for (byte[] payload : payloads) {
                assertThat(device.publish(topic, payload)).isEqualTo(PubAckReasonCode.SUCCESS);
            }
        }
    }

    private String telemetry(String thing) {
        return Topics.telemetry(cloud.stage().deployed().output("RuleName"), thing, "environment");
    }

    private String notices(String thing) {
        return Topics.lost(cloud.stage().deployed().output("NoticesRuleName"), thing);
    }

    private static byte[] notice(String thing) {
        return "{\"v\":1,\"thing\":\"%s\",\"epoch\":1,\"lost\":[[4,9]]}".formatted(thing).getBytes(UTF_8);
    }

    private static CallGate refusing(String service, String operation) {
        return call -> {
            if (call.service().equals(service) && call.operation().equals(operation)) {
                throw new CallRefused(400, "ResourceInUseException", "%s takes nothing now".formatted(service));
            }
        };
    }

    private List<String> keys(String bucketOutput, String prefix) {
        S3Client s3 = cloud.stage().clients().s3();
        return s3.listObjectsV2Paginator(list -> list.bucket(cloud.stage().deployed().output(bucketOutput)).prefix(prefix)).contents().stream()
                .map(object -> object.key()).toList();
    }
}
