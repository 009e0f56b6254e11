package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.Compaction;
import dev.millrace.cli.OperatorCall;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Topics;
import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.pipeline.Sweep;
import dev.millrace.pipeline.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What was given up lies in the failures bucket, in documents of AWS's making. When the cause is mended, one command takes it
/// back to where it was going.
@Timeout(300)
class RedriveTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COUNT = 150;
    private static final String SENSOR = SharedCloud.SENSORS.getFirst();

    private static SharedCloud cloud;

    @BeforeAll
    static void start() throws Exception {
        cloud = SharedCloud.impatient("redrive");
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void whatTheRulesAndBothFunctionsGaveUpIsCountedOnceAfterARedrive() throws Exception {
        byte[] notice = "{\"v\":1,\"thing\":\"%s\",\"epoch\":1,\"lost\":[[8,9]]}".formatted(SENSOR).getBytes(UTF_8);
        Payload byMqtt = Payload.pack(SENSOR, Payload.reading(SENSOR, 7, System.currentTimeMillis(), 20));
        try (SharedCloud.Passage _ = cloud.through(everythingIsDown()); var device = new SdkDevice(cloud.cloud(), SENSOR, SENSOR)) {
            cloud.put(List.of(Payload.readings("given-up-1", COUNT), new Payload("given-up-1", Sweep.payload()), Payload.readings("given-up-2", 10)));
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            assertThat(device.publish(Topics.telemetry(cloud.stage().deployed().output("RuleName"), SENSOR, "environment"), byMqtt.bytes()))
                    .isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(device.publish(Topics.lost(cloud.stage().deployed().output("NoticesRuleName"), SENSOR), notice)).isEqualTo(PubAckReasonCode.SUCCESS);
            cloud.awaitDrained();
        }
        assertThat(cloud.accounts().hot("given-up-1")).isEmpty();
        assertThat(cloud.accounts().lake("given-up-1")).isEmpty();
        assertThat(failures(LakeLayout.FAILED_BATCHES_PREFIX)).as("of ingest and of archive").hasSizeGreaterThanOrEqualTo(2);
        assertThat(failures(LakeLayout.RULE_ERRORS_PREFIX)).as("of both rules").hasSize(2);

        // nobody has had time to mend anything
        cloud.cloud().fireSchedules();
        assertThat(failures(LakeLayout.REDRIVEN_PREFIX)).isEmpty();
        JsonNode plan = redrive("{\"dryRun\":true}");
        assertThat(plan.get("unreadable").asLong()).isZero();
        assertThat(plan.get("copies").asLong()).isEqualTo(3);
        assertThat(cloud.accounts().hot("given-up-1")).isEmpty();

        JsonNode report = redrive("{}");
        cloud.awaitDrained();

        assertThat(report.get("isComplete").asBoolean()).isTrue();
        assertThat(report.get("copies").asLong()).isEqualTo(3);
        assertThat(report.get("notices").asLong()).isEqualTo(1);
        assertThat(report.get("sweeps").asLong()).isPositive();
        assertThat(failures(LakeLayout.FAILED_BATCHES_PREFIX)).isEmpty();
        assertThat(failures(LakeLayout.RULE_ERRORS_PREFIX)).isEmpty();
        assertThat(failures(LakeLayout.REDRIVEN_PREFIX)).hasSize(3);
        assertThat(notices()).containsExactly(new String(notice, UTF_8));
        assertThat(cloud.accounts().hot(SENSOR)).containsExactly(new ReadingId(SENSOR, 1, 7));

        Compaction.run(cloud.cloud());
        for (var one : List.of(new Given("given-up-1", COUNT), new Given("given-up-2", 10))) {
            List<ReadingId> taken = LongStream.rangeClosed(1, one.count()).mapToObj(seq -> new ReadingId(one.thing(), 1, seq)).toList();
            assertThat(cloud.accounts().state(one.thing()).tally()).isEqualTo(new Tally(one.count(), 0, 0, 0));
            assertThat(cloud.accounts().hot(one.thing())).isEqualTo(taken);
            assertThat(cloud.accounts().table(one.thing())).as("each once").isEqualTo(taken);
            assertThat(cloud.accounts().inPanes(one.thing())).isEqualTo(one.count());
            assertThat(cloud.accounts().quarantined(one.thing())).isEmpty();
        }
        assertThat(redrive("{}").get("documents").asLong()).as("there is nothing left").isZero();
    }

    @Test
    void whatIsGivenUpAfterEveryRedriveEndsInQuarantineWithItsHistoryAndIsCountedOnceWhereItWasTaken() throws Exception {
        Payload poison = Payload.readings("poison-1", 3);
        JsonNode report = null;
        try (SharedCloud.Passage _ = cloud.through(archiveIsDown())) {
            cloud.put(List.of(poison));
            for (int round = 1; round <= 4; round++) {
                cloud.awaitDrained();
                assertThat(failures(LakeLayout.FAILED_BATCHES_PREFIX)).as("round %d", round).hasSize(1);
                report = redrive("{}");
                assertThat(report.get("copies").asLong()).as("round %d", round).isEqualTo(round <= 3 ? 1 : 0);
            }
        }

        assertThat(report.get("quarantined").asLong()).isEqualTo(1);
        assertThat(failures(LakeLayout.FAILED_BATCHES_PREFIX)).isEmpty();
        assertThat(cloud.accounts().quarantined("poison-1")).singleElement().satisfies(entry -> {
            assertThat(entry.reason()).isEqualTo("given_up");
            assertThat(entry.payload()).isEqualTo(poison.base64());
        });
        assertThat(quarantineLines()).filteredOn(line -> line.get("thing").asText().equals("poison-1")).singleElement()
                .satisfies(line -> assertThat(line.get("detail").asText()).startsWith("given up 4 times, put into the stream again 3 times (")
                        .contains(cloud.function("archive") + ": RetryAttemptsExhausted after 2 invocations"));
        assertThat(cloud.accounts().state("poison-1").tally()).as("by ingest, which was never down").isEqualTo(new Tally(3, 9, 0, 0));
        assertThat(cloud.accounts().hot("poison-1")).hasSize(3);
        assertThat(redrive("{}").get("documents").asLong()).as("nothing goes round").isZero();
    }

    private record Given(String thing, int count) {
    }

    /// The hot store, the lake for the archive and for the first notice, and the stream for the rule.
    private static CallGate everythingIsDown() {
        var isNoticeRefused = new AtomicBoolean();
        CallGate archive = archiveIsDown();
        return call -> {
            archive.beforePassing(call);
            boolean ofRule = !isOf("archive", call) && !isOf("ingest", call);
            if (call.operation().equals("WriteRecords") || call.operation().equals("PutRecord")
                    // what comes after the notice is the document that says so
                    || (ofRule && call.operation().equals("PutObject") && isNoticeRefused.compareAndSet(false, true))) {
                throw new CallRefused(400, "AccessDeniedException", "down");
            }
        };
    }

    /// A mapping writes its documents with the rights of its function too, but when the function is done.
    private static CallGate archiveIsDown() {
        return call -> {
            if (call.operation().equals("PutObject") && isOf("archive", call) && cloud.cloud().lambdaHost().environments().stream()
                    .anyMatch(environment -> environment.functionName().equals(cloud.function("archive")) && environment.busy())) {
                throw new CallRefused(403, "AccessDenied", "down");
            }
        };
    }

    /// Each function has an access key of its own, in which its name has letters and digits only.
    private static boolean isOf(String word, Call call) {
        return call.accessKeyId().endsWith(cloud.function(word).replaceAll("[^a-zA-Z0-9]", ""));
    }

    private static JsonNode redrive(String event) throws Exception {
        return redrive(cloud, event);
    }

    /// As an operator invokes it.
    static JsonNode redrive(SharedCloud cloud, String event) throws Exception {
        return OperatorCall.invoke(cloud.cloud(), "RedriveFunction", event);
    }

    private static List<String> failures(String prefix) {
        return keys(cloud.stage().deployed().output("FailuresBucket"), prefix);
    }

    private static List<String> notices() {
        return texts(LakeLayout.LOST_PREFIX + SENSOR + "/");
    }

    private static List<JsonNode> quarantineLines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String text : texts(LakeLayout.QUARANTINE_PREFIX)) {
            for (String line : text.lines().toList()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }

    /// What the objects of the lake hold.
    private static List<String> texts(String prefix) {
        S3Client s3 = cloud.stage().clients().s3();
        String bucket = cloud.stage().deployed().output("LakeBucket");
        return keys(bucket, prefix).stream().map(key -> s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String()).toList();
    }

    private static List<String> keys(String bucket, String prefix) {
        return cloud.stage().clients().s3().listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix)).contents().stream().map(S3Object::key).toList();
    }
}
