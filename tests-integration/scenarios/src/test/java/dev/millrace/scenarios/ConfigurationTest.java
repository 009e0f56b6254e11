package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.AwsClients;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.uplink.ConnectedAgent;
import dev.millrace.uplink.DeviceSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// An operator changes a device's settings by its shadow `config`, under the synthesized policy.
@Timeout(180)
class ConfigurationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final String THING = SharedCloud.CONFIGURED;
    private static final String OTHER = SharedCloud.TRUCKS.getFirst();

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private SharedCloud cloud;
    private IotDataPlaneClient operator;

    @BeforeEach
    void begin() throws Exception {
        cloud = SharedCloud.get();
        operator = AwsClients.client(IotDataPlaneClient.builder(), cloud.stage().deployed());
    }

    @AfterEach
    void end() {
        operator.close();
    }

    private ConnectedAgent start(String journal) throws Exception {
        return ConnectedAgent.start(cloud.device(THING, Directories.fresh(journal)), log::add);
    }

    private void desire(String desired) {
        operator.updateThingShadow(update -> update.thingName(THING).shadowName("config")
                .payload(SdkBytes.fromUtf8String("{\"state\":{\"desired\":%s}}".formatted(desired))));
    }

    private JsonNode state() throws IOException {
        return JSON.readTree(operator.getThingShadow(get -> get.thingName(THING).shadowName("config")).payload().asUtf8String()).path("state");
    }

    private void awaitReported(String what, String key, String value) throws Exception {
        Await.until(what, SECONDS, () -> state().path("reported").path(key).asText().equals(value));
    }

    private long packs() {
        return cloud.streamRecords().stream().map(StreamRecord::partitionKey).filter(THING::equals).count();
    }

    private static void take(ConnectedAgent agent, int count) {
        for (int i = 0; i < count; i++) {
            agent.take(Map.of("temperature_c", 20.0 + i, "humidity_pct", 40.0));
        }
    }

    private static void awaitAcknowledged(ConnectedAgent agent) throws Exception {
        Await.until("all readings are acknowledged", SECONDS, () -> agent.agent().status().backlog() == 0);
    }

    @Test
    void whatAnOperatorDesiresIsInForceWithinSecondsAndReported() throws Exception {
        DeviceSettings started = cloud.device(THING, Directories.fresh("configuration"));
        desire("null");
        try (ConnectedAgent agent = ConnectedAgent.start(started, log::add)) {
            awaitReported("the device has reported", "linger", "200ms");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofSeconds(1));
            take(agent, 12);
            awaitAcknowledged(agent);
            cloud.awaitDrained();
            long before = packs();

            // a reading of this type takes some 140 bytes alone, and 70 beside others: two at most go together
            desire("{\"samplingInterval\":\"250ms\",\"packBytesMax\":256,\"backlogPacksPerSecond\":20}");
            Await.until("nothing differs any more", SECONDS, () -> !state().has("delta"));
            assertThat(state().path("reported")).isEqualTo(
                    JSON.readTree("{\"samplingInterval\":\"250ms\",\"packBytesMax\":256,\"linger\":\"200ms\",\"backlogPacksPerSecond\":20,\"error\":\"\"}"));
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofMillis(250));
            take(agent, 12);
            awaitAcknowledged(agent);
            cloud.awaitDrained();
            assertThat(packs() - before).as("12 readings go in small packs now").isGreaterThanOrEqualTo(6);

            desire("null");
            awaitReported("what is desired no more is undone", "packBytesMax", "4700");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void aWrongValueIsReportedWithTheReasonAndNothingChanges() throws Exception {
        desire("null");
        try (ConnectedAgent agent = start("configuration-wrong")) {
            desire("{\"linger\":\"300ms\"}");
            awaitReported("the right value is in force", "linger", "300ms");
            log.clear();

            desire("{\"samplingInterval\":\"250ms\",\"linger\":\"soon\"}");
            awaitReported("the error is reported", "error", "linger: expected a time such as 500ms, 2s, 10m, 1h or 7d, came 'soon'");
            assertThat(state().path("reported").path("linger").asText()).isEqualTo("300ms");
            assertThat(state().path("reported").path("samplingInterval").asText()).isEqualTo("1s");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofSeconds(1));
            assertThat(log).singleElement().asString().contains("wrong and not applied").contains("linger");

            desire("{\"linger\":\"400ms\"}");
            awaitReported("the mended value is in force", "linger", "400ms");
            awaitReported("and there is no error", "error", "");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofMillis(250));
        }
        desire("null");
    }

    @Test
    void whatWasDesiredWhileTheDeviceWasAwayHoldsWhenItIsBack() throws Exception {
        desire("{\"samplingInterval\":\"5s\",\"linger\":null,\"packBytesMax\":null,\"backlogPacksPerSecond\":null}");
        try (ConnectedAgent agent = start("configuration-away")) {
            Await.until("the setting is in force", SECONDS, () -> agent.samplingInterval().equals(Duration.ofSeconds(5)));
        }
        desire("null");
    }

    @Test
    void aDeviceReadsAndWritesNoShadowOfAnotherThing() throws Exception {
        desire("{\"linger\":\"1s\"}");
        JsonNode before = state();
        try (var device = new SdkDevice(cloud.cloud(), OTHER, OTHER)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            String others = "$aws/things/%s/shadow/name/config/".formatted(THING);
            String own = "$aws/things/%s/shadow/name/config/".formatted(OTHER);
            byte[] update = "{\"state\":{\"desired\":{\"linger\":\"9s\"}}}".getBytes(UTF_8);
            for (String request : List.of("get", "update", "delete")) {
                assertThat(device.publish(others + request, update)).as(others + request).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            }
            for (String answer : List.of("get/accepted", "update/documents", "update/delta", "#")) {
                assertThat(device.subscribe(others + answer)).as(others + answer).isEqualTo(SubAckReasonCode.NOT_AUTHORIZED);
            }
            assertThat(device.subscribe(own + "get/accepted")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            assertThat(device.publish(own + "get", new byte[0])).isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(device.publish(own + "delete", new byte[0])).as("it deletes none, its own neither").isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
        }
        assertThat(state()).isEqualTo(before);
        desire("null");
    }
}
