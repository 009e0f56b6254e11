package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.AgentSettings;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.JournalSettings;
import dev.millrace.agent.SeqRange;
import dev.millrace.agent.SyncPolicy;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Topics;
import dev.millrace.pipeline.Ledger;
import dev.millrace.uplink.ConnectedAgent;
import dev.millrace.uplink.DeviceSettings;
import dev.millrace.uplink.MqttSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What a device cannot keep is named in the lake, by this device alone.
@Timeout(120)
class LostReadingsTest {
    private static final String THING = SharedCloud.TRUCKS.get(2);
    private static final String LIAR = SharedCloud.TRUCKS.get(0);
    private static final String VICTIM = SharedCloud.TRUCKS.get(1);
    private static final int TAKEN = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void readingsThatATinyJournalGaveUpAreNamedInTheLakeAndTheOthersAreCounted() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        DeviceSettings settings = settings(cloud, Directories.fresh("lossy"));
        long epoch;
        SeqRange lost;
        // a run without a network: what is still in memory when the journal gives it up could arrive all the same
        try (DeviceAgent offline = offline(settings)) {
            epoch = offline.recovery().epoch();
            for (int i = 0; i < TAKEN; i++) {
                offline.take(Map.of("rpm", 900.0));
            }
            assertThat(offline.lost()).containsOnlyKeys(epoch);
            lost = offline.lost().get(epoch).getFirst();
            assertThat(offline.lost().get(epoch)).as("the oldest ones").containsExactly(new SeqRange(1, lost.last()));
            assertThat(lost.last()).isBetween(500L, TAKEN - 50L);
        }
        try (ConnectedAgent device = ConnectedAgent.start(settings, _ -> { })) {
            Await.until("told", PATIENCE, () -> device.agent().lost().isEmpty());
            Await.until("the others are acknowledged", PATIENCE, () -> device.agent().status().backlog() == 0);
        }
        Await.until("the notice is in the lake", PATIENCE, () -> !notices(cloud, THING).isEmpty());

        assertThat(notices(cloud, THING)).containsExactly("{\"v\":1,\"thing\":\"%s\",\"epoch\":%d,\"lost\":[[1,%d]]}".formatted(THING, epoch, lost.last()));
        cloud.awaitDrained();
        Ledger ledger = cloud.accounts().state(THING).ledgers().get(epoch);
        assertThat(ledger.missing()).as("nothing but what was named").containsExactly(new Ledger.Interval(1, lost.last()));
        assertThat(ledger.highest()).isEqualTo(TAKEN);
        try (DeviceAgent later = offline(settings)) {
            assertThat(later.recovery().epoch()).as("the same journal").isEqualTo(epoch);
            assertThat(later.lost()).as("after the next start too").isEmpty();
        }
    }

    @Test
    void aThingCannotGiveNoticeInTheNameOfAnotherThing() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        String rule = cloud.stage().deployed().output("NoticesRuleName");
        byte[] notice = "{\"v\":1,\"thing\":\"%s\",\"epoch\":1,\"lost\":[[1,9]]}".formatted(VICTIM).getBytes(UTF_8);

        try (var device = new SdkDevice(cloud.cloud(), LIAR, LIAR)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            assertThat(device.publish(Topics.lost(rule, VICTIM), notice)).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            assertThat(device.publish(Topics.telemetry(rule, LIAR, "truck"), notice)).as("the rule takes notices only").isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            // the payload may lie, the key does not; and when it is there, the others would be
            assertThat(device.publish(Topics.lost(rule, LIAR), notice)).isEqualTo(PubAckReasonCode.SUCCESS);
        }
        Await.until("its own notice is in the lake", PATIENCE, () -> !notices(cloud, LIAR).isEmpty());

        assertThat(notices(cloud, LIAR)).containsExactly(new String(notice, UTF_8));
        assertThat(notices(cloud, VICTIM)).isEmpty();
    }

    private static DeviceSettings settings(SharedCloud shared, Path journal) {
        Path certificates = shared.cloud().certsDirectory();
        MqttSettings mqtt = MqttSettings.of("localhost", shared.cloud().mqttPort(), THING, "truck", shared.stage().deployed().output("RuleName"),
                shared.cloud().caFile(), certificates.resolve(THING + ".cert.pem"), certificates.resolve(THING + ".key.pem"), PackCodec.jsonV1())
                .withNoticesRule(shared.stage().deployed().output("NoticesRuleName"));
        JournalSettings tiny = JournalSettings.defaults().withSync(new SyncPolicy.ByInterval(Duration.ofMinutes(1))).withSegmentBytesMax(4_096)
                .withQuota(16_384, Duration.ofDays(1), JournalSettings.WhenFull.DROP_OLDEST);
        return new DeviceSettings(mqtt, AgentSettings.defaults().withLinger(Duration.ofMillis(50)).withJournal(tiny), journal, DeviceSettings.Format.JSON,
                Duration.ofSeconds(1));
    }

    private static DeviceAgent offline(DeviceSettings settings) throws IOException {
        return DeviceAgent.open(THING, "truck", settings.journal(), _ -> new CompletableFuture<>(), PackCodec.jsonV1(), settings.agent(),
                AgentClock.system(), new SecureRandom());
    }

    private static List<String> notices(SharedCloud cloud, String thing) {
        S3Client s3 = cloud.stage().clients().s3();
        String bucket = cloud.stage().deployed().output("LakeBucket");
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.LOST_PREFIX + thing + "/")).contents().stream()
                .map(S3Object::key).map(key -> s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String()).toList();
    }
}
