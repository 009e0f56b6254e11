package dev.millrace.local.iot;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.mqtt.MqttClientConnection;
import software.amazon.awssdk.crt.mqtt.MqttClientConnectionEvents;
import software.amazon.awssdk.crt.mqtt.MqttMessage;
import software.amazon.awssdk.crt.mqtt.QualityOfService;
import software.amazon.awssdk.iot.AwsIotMqttConnectionBuilder;

/// A device by the real AWS IoT Device SDK v2, MQTT 3.1.1.
final class TestDevice311 implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final MqttClientConnection connection;

    TestDevice311(int port, Path certificates, String thing) throws Exception {
        try (AwsIotMqttConnectionBuilder builder = AwsIotMqttConnectionBuilder.newMtlsBuilderFromPath(
                certificates.resolve(thing + ".cert.pem").toString(), certificates.resolve(thing + ".key.pem").toString())) {
            connection = builder.withEndpoint("localhost").withPort(port)
                    .withCertificateAuthorityFromPath(null, certificates.resolve("ca.pem").toString())
                    .withClientId(thing).withCleanSession(true)
                    .withConnectionEventCallbacks(new Events())
                    .build();
        }
        connection.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void publish(String topic, byte[] payload) throws Exception {
        connection.publish(new MqttMessage(topic, payload, QualityOfService.AT_LEAST_ONCE)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void publishUnanswered(String topic, byte[] payload) {
        connection.publish(new MqttMessage(topic, payload, QualityOfService.AT_LEAST_ONCE));
    }

    /// Whether the connection was lost within the test's patience.
    boolean awaitInterrupted() throws InterruptedException {
        return interrupted.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.disconnect().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        connection.close();
    }

    private final class Events implements MqttClientConnectionEvents {
        @Override
        public void onConnectionInterrupted(int errorCode) {
            interrupted.countDown();
        }

        @Override
        public void onConnectionResumed(boolean sessionPresent) {
            // of no interest
        }
    }
}
