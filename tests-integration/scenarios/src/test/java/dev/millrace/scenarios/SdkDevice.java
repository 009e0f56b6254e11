package dev.millrace.scenarios;

import dev.millrace.local.LocalCloud;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.LifecycleEvents;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;

/// A device by the AWS IoT Device SDK that does not keep to its own name: the uplink would not let it.
final class SdkDevice implements AutoCloseable {
    static final String CONNECTED = "connected";
    private static final long PATIENCE_SECONDS = 20;
    private static final long NEVER_AGAIN_MILLIS = 60_000;

    private final Mqtt5Client client;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    /// Begins to connect.
    ///
    /// @param thing whose certificate is used
    SdkDevice(LocalCloud cloud, String thing, String clientId) {
        this(cloud, cloud.certsDirectory().resolve(thing + ".cert.pem"), cloud.certsDirectory().resolve(thing + ".key.pem"), clientId);
    }

    SdkDevice(LocalCloud cloud, Path certFile, Path keyFile, String clientId) {
        try (AwsIotMqtt5ClientBuilder builder = AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPath("localhost", certFile.toString(), keyFile.toString())) {
            client = builder.withPort((long) cloud.mqttPort())
                    .withCertificateAuthorityFromPath(null, cloud.caFile().toString())
                    .withConnectProperties(new ConnectPacket.ConnectPacketBuilder().withClientId(clientId).withKeepAliveIntervalSeconds(60L))
                    .withMinReconnectDelayMs(NEVER_AGAIN_MILLIS).withMaxReconnectDelayMs(NEVER_AGAIN_MILLIS)
                    .withLifeCycleEvents(new Events())
                    .build();
        }
        client.start();
    }

    /// The next thing that happened to the connection.
    String nextEvent() throws InterruptedException {
        String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return event == null ? "nothing within %d s".formatted(PATIENCE_SECONDS) : event;
    }

    PubAckReasonCode publish(String topic, byte[] payload) throws Exception {
        var packet = new PublishPacket.PublishPacketBuilder(topic, QOS.AT_LEAST_ONCE, payload).build();
        return client.publish(packet).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getResultPubAck().getReasonCode();
    }

    SubAckReasonCode subscribe(String filter) throws Exception {
        var packet = new SubscribePacket.SubscribePacketBuilder(filter, QOS.AT_LEAST_ONCE).build();
        return client.subscribe(packet).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getReasonCodes().getFirst();
    }

    @Override
    public void close() {
        client.stop();
        client.close();
    }

    private final class Events implements LifecycleEvents {
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
