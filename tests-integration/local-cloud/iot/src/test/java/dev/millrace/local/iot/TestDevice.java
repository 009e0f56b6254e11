package dev.millrace.local.iot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.iot.MqttRequestResponseClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;
import software.amazon.awssdk.iot.iotidentity.IotIdentityV2Client;

/// A device by the real AWS IoT Device SDK v2, MQTT 5. What happens to its connection is kept as a line of text.
final class TestDevice implements AutoCloseable {
    static final String CONNECTED = "connected";
    private static final long PATIENCE_SECONDS = 20;

    private final Mqtt5Client client;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<PublishPacket> received = new LinkedBlockingQueue<>();

    /// @param identity the thing whose certificate is used
    TestDevice(int port, Path certificates, String identity, String clientId) {
        this(port, certificates.resolve("ca.pem"), certificates, identity, clientId, Duration.ofSeconds(60));
    }

    TestDevice(int port, Path trusted, Path certificates, String identity, String clientId, Duration reconnectDelay) {
        try (AwsIotMqtt5ClientBuilder builder = AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPath("localhost",
                certificates.resolve(identity + ".cert.pem").toString(), certificates.resolve(identity + ".key.pem").toString())) {
            client = builder.withPort((long) port)
                    .withCertificateAuthorityFromPath(null, trusted.toString())
                    .withConnectProperties(new ConnectPacket.ConnectPacketBuilder().withClientId(clientId).withKeepAliveIntervalSeconds(60L))
                    .withMinReconnectDelayMs(reconnectDelay.toMillis()).withMaxReconnectDelayMs(reconnectDelay.toMillis())
                    // else the client holds publishes back itself, and the broker's limits are never reached
                    .withExtendedValidationAndFlowControlOptions(Mqtt5ClientOptions.ExtendedValidationAndFlowControlOptions.NONE)
                    .withLifeCycleEvents(new Events())
                    .withPublishEvents((Mqtt5Client _, PublishReturn publish) -> received.add(publish.getPublishPacket()))
                    .build();
        }
        client.start();
    }

    /// The next thing that happened to the connection.
    String nextEvent() throws InterruptedException {
        String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return event == null ? "nothing within %d s".formatted(PATIENCE_SECONDS) : event;
    }

    PubAckPacket.PubAckReasonCode publish(String topic, byte[] payload) throws Exception {
        var packet = new PublishPacket.PublishPacketBuilder(topic, QOS.AT_LEAST_ONCE, payload).build();
        return client.publish(packet).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getResultPubAck().getReasonCode();
    }

    CompletableFuture<PubAckPacket.PubAckReasonCode> publishLater(String topic, byte[] payload) {
        var packet = new PublishPacket.PublishPacketBuilder(topic, QOS.AT_LEAST_ONCE, payload).build();
        return client.publish(packet).thenApply(result -> result.getResultPubAck().getReasonCode());
    }

    SubAckPacket.SubAckReasonCode subscribe(String filter) throws Exception {
        var packet = new SubscribePacket.SubscribePacketBuilder(filter, QOS.AT_LEAST_ONCE).build();
        return client.subscribe(packet).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getReasonCodes().getFirst();
    }

    /// For a subscribe that may never be answered.
    @SuppressWarnings("FutureReturnValueIgnored")
    void subscribe(String filterOf, int count) {
        var packet = new SubscribePacket.SubscribePacketBuilder();
        for (int i = 0; i < count; i++) {
            packet.withSubscription(filterOf.formatted(i), QOS.AT_LEAST_ONCE);
        }
        client.subscribe(packet.build());
    }

    /// Fleet provisioning over this connection.
    IotIdentityV2Client identity() {
        return IotIdentityV2Client.newFromMqtt5(client, MqttRequestResponseClientOptions.builder()
                .withMaxRequestResponseSubscriptions(4).withMaxStreamingSubscriptions(1).withOperationTimeoutSeconds(20).build());
    }

    PublishPacket nextReceived() throws InterruptedException {
        return received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.stop();
        client.close();
    }

    private final class Events implements Mqtt5ClientOptions.LifecycleEvents {
        @Override
        public void onAttemptingConnect(Mqtt5Client mqtt, OnAttemptingConnectReturn attempt) {
            // what comes of it follows
        }

        @Override
        public void onConnectionSuccess(Mqtt5Client mqtt, OnConnectionSuccessReturn success) {
            events.add(CONNECTED);
        }

        @Override
        public void onConnectionFailure(Mqtt5Client mqtt, OnConnectionFailureReturn failure) {
            events.add(failure.getConnAckPacket() == null
                    ? "failed " + CRT.awsErrorName(failure.getErrorCode()) : "refused " + failure.getConnAckPacket().getReasonCode());
        }

        @Override
        public void onDisconnection(Mqtt5Client mqtt, OnDisconnectionReturn disconnection) {
            events.add("disconnected " + (disconnection.getDisconnectPacket() == null
                    ? CRT.awsErrorName(disconnection.getErrorCode()) : disconnection.getDisconnectPacket().getReasonCode()));
        }

        @Override
        public void onStopped(Mqtt5Client mqtt, OnStoppedReturn stopped) {
            // the test is over
        }
    }
}
