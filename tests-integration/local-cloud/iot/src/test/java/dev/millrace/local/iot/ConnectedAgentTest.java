package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.agent.AgentClock;
import dev.millrace.agent.AgentSettings;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.JournalSettings;
import dev.millrace.agent.SyncPolicy;
import dev.millrace.events.Decoded;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.uplink.ConnectedAgent;
import dev.millrace.uplink.DeviceSettings;
import dev.millrace.uplink.MqttSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;

/// The agent with its real uplink: what the cloud asks of it, and what others do to its name.
@Timeout(120)
class ConnectedAgentTest {
    private static final String RULE = "millrace_test_telemetry";

    @TempDir
    private static Path directory;
    private static FakeAws aws;
    private static LocalIot iot;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        aws = new FakeAws();
        iot = LocalIot.start(IotConfig.parse("""
                {"port":0,"region":"eu-west-1","account":"000000000000","awsEndpoint":"%s","directory":"%s",
                 "policies":[
                  {"name":"device","document":{"Version":"2012-10-17","Statement":[
                   {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:eu-west-1:000000000000:client/${iot:Connection.Thing.ThingName}"},
                   {"Effect":"Allow","Action":"iot:Publish","Resource":[
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/rules/%s/dt/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/rules/notices/dt/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/cmd/truck-1/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/*"]},
                   {"Effect":"Allow","Action":"iot:Subscribe","Resource":["arn:aws:iot:eu-west-1:000000000000:topicfilter/cmd/truck-1/*",
                    "arn:aws:iot:eu-west-1:000000000000:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/*"]},
                   {"Effect":"Allow","Action":"iot:Receive","Resource":["arn:aws:iot:eu-west-1:000000000000:topic/cmd/truck-1/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/*"]}]}}],
                 "rules":[{"name":"%s","payload":{"Sql":"SELECT * FROM 'dt/+/+'","AwsIotSqlVersion":"2016-03-23",
                   "Actions":[{"Kinesis":{"StreamName":"readings","PartitionKey":"${topic(2)}","RoleArn":"arn:r"}}]}},
                  {"name":"notices","payload":{"Sql":"SELECT * FROM 'dt/+/lost'","AwsIotSqlVersion":"2016-03-23",
                   "Actions":[{"S3":{"BucketName":"notices","Key":"${topic(2)}/${newuuid()}.json","RoleArn":"arn:r"}}]}}],
                 "fleet":{"things":["truck-1","truck-2","truck-3","cloud"],"policy":"device"}}
                """.formatted(aws.endpoint(), directory, RULE, RULE)), InstantSource.system());
    }

    @AfterAll
    static void stop() {
        iot.close();
        aws.close();
    }

    private ConnectedAgent agent(String thing, String journal) throws Exception {
        Path certificates = iot.certificates();
        MqttSettings mqtt = MqttSettings.of("localhost", iot.port(), thing, "truck", RULE, certificates.resolve("ca.pem"),
                certificates.resolve(thing + ".cert.pem"), certificates.resolve(thing + ".key.pem"), PackCodec.jsonV1()).withNoticesRule("notices");
        AgentSettings settings = AgentSettings.defaults().withLinger(Duration.ofMillis(50));
        return ConnectedAgent.start(new DeviceSettings(mqtt, settings, directory.resolve(journal), DeviceSettings.Format.JSON, Duration.ofSeconds(1)), log::add);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(10);
        }
    }

    private static JsonNode shadow(String method, String thing, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:%d/iot-data/things/%s/shadow?name=config".formatted(iot.controlPort(), thing));
            return JsonMembers.MAPPER.readTree(http.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofString()).body());
        }
    }

    private static void awaitReported(String thing, String key, String value) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        JsonNode reported;
        do {
            reported = shadow("GET", thing, "").at("/state/reported/" + key);
            assertThat(System.nanoTime()).as("%s of %s is reported as %s, is %s", key, thing, value, reported).isLessThan(end);
            Thread.sleep(20);
        } while (!reported.asText().equals(value));
    }

    @Test
    void theShadowChangesSettingsWhileTheDeviceRunsAndWhatItReportsIsTrue() throws Exception {
        shadow("POST", "truck-3", "{\"state\":{\"desired\":{\"samplingInterval\":\"20s\"}}}");
        try (ConnectedAgent agent = agent("truck-3", "shadow")) {
            awaitReported("truck-3", "samplingInterval", "20s");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofSeconds(20));

            shadow("POST", "truck-3", "{\"state\":{\"desired\":{\"packBytesMax\":256,\"linger\":\"200ms\"}}}");
            awaitReported("truck-3", "packBytesMax", "256");
            assertThat(shadow("GET", "truck-3", "").at("/state/delta").isMissingNode()).as("nothing differs any more").isTrue();
            for (int i = 0; i < 10; i++) {
                agent.take(Map.of("speed_kmh", 80.5, "rpm", 1_400.0 + i));
            }
            awaitAcknowledged(agent);
            assertThat(agent.agent().status().packsPublished()).as("packs of 256 bytes").isGreaterThan(3);

            shadow("POST", "truck-3", "{\"state\":{\"desired\":{\"linger\":\"soon\"}}}");
            awaitReported("truck-3", "error", "linger: expected a time such as 500ms, 2s, 10m, 1h or 7d, came 'soon'");
            assertThat(shadow("GET", "truck-3", "").at("/state/reported/linger").asText()).isEqualTo("200ms");
            assertThat(log).anySatisfy(line -> assertThat(line).contains("shadow config of truck-3 is wrong and not applied"));

            shadow("POST", "truck-3", "{\"state\":{\"desired\":null}}");
            awaitReported("truck-3", "samplingInterval", "1s");
            assertThat(agent.samplingInterval()).isEqualTo(Duration.ofSeconds(1));
            awaitReported("truck-3", "error", "");
            int version = shadow("GET", "truck-3", "").get("version").asInt();
            Thread.sleep(500);
            assertThat(shadow("GET", "truck-3", "").get("version").asInt()).as("it comes to rest").isEqualTo(version);
        }
    }

    private static void awaitAcknowledged(ConnectedAgent agent) throws InterruptedException {
        await("everything is acknowledged", () -> agent.agent().status().backlog() == 0);
    }

    /// Of this thing alone: what other tests sent may still be there.
    private static List<Reading> arrived(String thing, int count) throws Exception {
        List<Reading> readings = new ArrayList<>();
        while (readings.size() < count) {
            FakeAws.PutRecord put = aws.records().poll(20, TimeUnit.SECONDS);
            assertThat(put).as("%d of %d readings arrived", readings.size(), count).isNotNull();
            assertThat(PackCodec.jsonV1().decode(put.data())).isInstanceOfSatisfying(Decoded.Telemetry.class, telemetry -> {
                Pack pack = telemetry.pack();
                if (pack.thing().equals(thing)) {
                    readings.addAll(pack.readings());
                }
            });
        }
        return readings;
    }

    @Test
    void whatTheCloudAsksForAgainComesAgain() throws Exception {
        List<Reading> taken = new ArrayList<>();
        try (ConnectedAgent agent = agent("truck-1", "resend"); var cloud = new TestDevice(iot.port(), iot.certificates(), "cloud", "cloud")) {
            for (int i = 0; i < 20; i++) {
                taken.add(agent.take(Map.of("rpm", 900.0 + i)));
            }
            awaitAcknowledged(agent);
            assertThat(arrived("truck-1", 20)).containsExactlyInAnyOrderElementsOf(taken);
            assertThat(cloud.nextEvent()).isEqualTo(TestDevice.CONNECTED);

            long epoch = taken.getFirst().id().epoch();
            assertThat(command(cloud, "{\"epoch\":1")).isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(command(cloud, "{\"epoch\":%d,\"from\":6,\"to\":15}".formatted(epoch))).isEqualTo(PubAckReasonCode.SUCCESS);

            assertThat(arrived("truck-1", 10)).isEqualTo(taken.subList(5, 15));
            assertThat(log).singleElement().asString().contains("command on cmd/truck-1/resend refused: is no JSON");
        }
    }

    private static PubAckReasonCode command(TestDevice cloud, String command) throws Exception {
        return cloud.publish("cmd/truck-1/resend", command.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDeviceThatMayNotHearCommandsPublishesAllTheSame() throws Exception {
        try (ConnectedAgent agent = agent("truck-2", "deaf")) {
            Reading taken = agent.take(Map.of("rpm", 900.0));
            awaitAcknowledged(agent);

            assertThat(arrived("truck-2", 1)).containsExactly(taken);
            await("the log", () -> !log.isEmpty());
            assertThat(log).singleElement().asString().contains("no commands: subscribing to cmd/truck-2/# failed: expected GRANTED_QOS_1, came [NOT_AUTHORIZED]");
        }
    }

    @Test
    void readingsThatWereGivenUpAreTold() throws Exception {
        JournalSettings small = JournalSettings.defaults().withSync(new SyncPolicy.ByInterval(Duration.ofMinutes(1))).withSegmentBytesMax(4_096)
                .withQuota(16_384, Duration.ofDays(1), JournalSettings.WhenFull.DROP_OLDEST);
        long epoch;
        try (DeviceAgent offline = DeviceAgent.open("truck-3", "truck", directory.resolve("lossy"), _ -> new CompletableFuture<>(), PackCodec.jsonV1(),
                AgentSettings.defaults().withJournal(small), AgentClock.system(), new SecureRandom())) {
            epoch = offline.recovery().epoch();
            for (int i = 0; i < 1_000; i++) {
                offline.take(Map.of("rpm", 900.0 + i));
            }
        }
        try (ConnectedAgent agent = agent("truck-3", "lossy")) {
            await("told", () -> agent.agent().lost().isEmpty());
        }
        await("the rule's action", () -> !aws.objects().isEmpty());
        assertThat(aws.objects()).hasSize(1).allSatisfy((key, body) -> {
            assertThat(key).startsWith("notices/truck-3/");
            assertThat(new String(body, StandardCharsets.UTF_8)).matches("\\{\"v\":1,\"thing\":\"truck-3\",\"epoch\":%d,\"lost\":\\[\\[1,\\d{3}\\]\\]\\}".formatted(epoch));
        });
        aws.records().clear();
    }

    @Test
    void twoDevicesOfOneNameDoNotThrowEachOtherOutForEver() throws Exception {
        try (ConnectedAgent first = agent("truck-1", "twin-1")) {
            await("the first is connected", first.uplink()::isConnected);
            try (ConnectedAgent second = agent("truck-1", "twin-2")) {
                await("the first is thrown out", () -> first.uplink().takeovers() == 1);
                Thread.sleep(5_000);

                assertThat(second.uplink().isConnected()).isTrue();
                assertThat(second.uplink().takeovers()).isZero();
                assertThat(first.uplink().isConnected()).isFalse();
                assertThat(log).singleElement().asString().matches("truck-1 at localhost:\\d+: another client connected under this name; back in \\d+ s");
            }
        }
    }
}
