package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.InvalidRequestException;
import software.amazon.awssdk.services.iotdataplane.model.IotDataPlaneException;

/// By the client that operators use, and the one that devices use.
@Timeout(120)
class DataPlaneTest {
    private static final byte[] BYTES = {'{', 0, (byte) 0xff, '}', 'x'};

    @TempDir
    private static Path directory;
    private static FakeAws aws;
    private static LocalIot iot;
    private static IotDataPlaneClient client;

    @BeforeAll
    static void start() throws Exception {
        aws = new FakeAws();
        iot = LocalIot.start(IotConfig.parse("""
                {"port":0,"region":"eu-west-1","account":"000000000000","awsEndpoint":"%s","directory":"%s",
                 "policies":[
                  {"name":"device","document":{"Version":"2012-10-17","Statement":[
                   {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:eu-west-1:000000000000:client/${iot:Connection.Thing.ThingName}"},
                   {"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:eu-west-1:000000000000:topicfilter/cmd/${iot:Connection.Thing.ThingName}/*"},
                   {"Effect":"Allow","Action":"iot:Receive","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/cmd/${iot:Connection.Thing.ThingName}/*"}]}}],
                 "rules":[{"name":"commands","payload":{"Sql":"SELECT * FROM 'cmd/+/audited'","AwsIotSqlVersion":"2016-03-23",
                   "Actions":[{"Kinesis":{"StreamName":"commands","PartitionKey":"${topic(2)}","RoleArn":"arn:r"}}]}}],
                 "fleet":{"things":["truck-1","truck-2"],"policy":"device"}}
                """.formatted(aws.endpoint(), directory)), InstantSource.system());
        client = IotDataPlaneClient.builder().endpointOverride(URI.create("http://127.0.0.1:%d%s".formatted(iot.controlPort(), DataPlane.PATH)))
                .region(Region.EU_WEST_1).credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("operator", "local")))
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        iot.close();
        aws.close();
    }

    private static void publish(String topic, int qos, byte[] payload) {
        client.publish(publish -> publish.topic(topic).qos(qos).payload(SdkBytes.fromByteArray(payload)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aMessageReachesWhoHasSubscribedByteForByteWithTheQosThatWasAsked(int qos) throws Exception {
        try (var device = new TestDevice(iot.port(), iot.certificates(), "truck-1", "truck-1");
                var other = new TestDevice(iot.port(), iot.certificates(), "truck-2", "truck-2")) {
            assertThat(device.nextEvent()).isEqualTo(TestDevice.CONNECTED);
            assertThat(other.nextEvent()).isEqualTo(TestDevice.CONNECTED);
            assertThat(device.subscribe("cmd/truck-1/#")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            assertThat(other.subscribe("cmd/truck-2/#")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);

            publish("cmd/truck-1/resend", qos, BYTES);
            publish("cmd/truck-2/ü a%2Fb", qos, BYTES);

            PublishPacket received = device.nextReceived();
            assertThat(received.getTopic()).isEqualTo("cmd/truck-1/resend");
            assertThat(received.getPayload()).isEqualTo(BYTES);
            assertThat(received.getQOS()).isEqualTo(qos == 0 ? QOS.AT_MOST_ONCE : QOS.AT_LEAST_ONCE);
            assertThat(other.nextReceived().getTopic()).as("the only one that it got").isEqualTo("cmd/truck-2/ü a%2Fb");
        }
    }

    @Test
    void theRulesThatMatchSeeItToo() throws Exception {
        publish("cmd/truck-1/audited", 1, BYTES);

        FakeAws.PutRecord put = aws.records().poll(20, TimeUnit.SECONDS);
        assertThat(put.partitionKey()).isEqualTo("truck-1");
        assertThat(put.data()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmd/+/resend", "cmd/#", "$aws/rules/commands/cmd/truck-1/audited", "$aws/things/truck-1/shadow/name/config/update", "$SYS/x",
        "a/1/2/3/4/5/6/7/8"})
    void aTopicThatNobodyMayPublishOnIsRefused(String topic) {
        assertThatThrownBy(() -> publish(topic, 1, BYTES)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aTopicHasAtMost256Bytes() {
        publish("é".repeat(128), 1, BYTES);
        assertThatThrownBy(() -> publish("é".repeat(128) + "e", 1, BYTES)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("257 bytes");
    }

    @Test
    void aPayloadHasAtMost128Kilobytes() {
        publish("a", 0, new byte[131_072]);
        assertThat(refused("a", 0, new byte[131_073])).satisfies(refused -> {
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("RequestEntityTooLargeException");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2})
    void thereIsNoOtherQosThan0And1(int qos) {
        assertThatThrownBy(() -> publish("a", qos, BYTES)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("qos: expected 0 or 1, is " + qos);
    }

    @Test
    void whatIsNotSimulatedIsRefusedLoudly() {
        assertThatThrownBy(() -> client.publish(publish -> publish.topic("a").retain(true))).hasMessageContaining("retain=true is not simulated");
        assertThatThrownBy(() -> client.publish(publish -> publish.topic("a").correlationData("x"))).hasMessageContaining("not simulated");
        assertThatThrownBy(() -> client.listRetainedMessages(_ -> { })).hasMessageContaining("GET /retainedMessage");
    }

    private static IotDataPlaneException refused(String topic, int qos, byte[] payload) {
        return catchThrowableOfType(IotDataPlaneException.class, () -> publish(topic, qos, payload));
    }
}
