package dev.millrace.uplink;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.Uplink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.io.ExponentialBackoffRetryOptions.JitterMode;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientOfflineQueueBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientSessionBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.LifecycleEvents;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishResult;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;

/// One device's connection to AWS IoT Core. It reconnects by itself for ever; while it is away a publish fails at
/// once, because the SDK's own queue lives in memory without a bound and the agent has a better one on disk.
///
/// A PUBACK on a Basic Ingest topic says that the rules engine took the message, not that any action worked
/// (AWS IoT developer guide, "Basic Ingest"): from there on the rule's error action answers for it.
public final class MqttUplink implements Uplink, AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final MqttSettings settings;
    private final ConnectionListener listener;
    private final String topic;
    private final Mqtt5Client client;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean isConnected;
    private boolean isStarted;
    private boolean isStopping;
    private boolean isFreed;

    /// Prepares the connection; [#start] begins it.
    ///
    /// @throws IllegalArgumentException if a PEM file is missing or unreadable; the message names it
    public MqttUplink(MqttSettings settings, ConnectionListener listener) {
        this.settings = requireNonNull(settings, "settings is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.topic = settings.topic();
        requireReadable("CA file", settings.caFile());
        requireReadable("certificate file", settings.certFile());
        requireReadable("private key file", settings.keyFile());
        this.client = build();
        // The SDK winds itself up in a shutdown hook; a program that flushes in its own still needs it.
        CRT.acquireShutdownRef();
    }

    private static void requireReadable(String what, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("%s is missing or not readable: %s".formatted(what, file));
        }
    }

    private Mqtt5Client build() {
        try (AwsIotMqtt5ClientBuilder builder = AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPath(
                settings.endpoint(), settings.certFile().toString(), settings.keyFile().toString())) {
            return builder.withCertificateAuthorityFromPath(null, settings.caFile().toString())
                    .withPort((long) settings.port())
                    .withClientId(settings.thing())
                    .withKeepAliveIntervalSeconds(settings.keepAlive().toSeconds())
                    .withSessionBehavior(ClientSessionBehavior.REJOIN_POST_SUCCESS)
                    .withSessionExpiryIntervalSeconds(settings.sessionExpiry().toSeconds())
                    .withOfflineQueueBehavior(ClientOfflineQueueBehavior.FAIL_ALL_ON_DISCONNECT)
                    .withAckTimeoutSeconds(settings.ackTimeout().toSeconds())
                    .withRetryJitterMode(JitterMode.Full)
                    .withMinReconnectDelayMs(settings.reconnectMin().toMillis())
                    .withMaxReconnectDelayMs(settings.reconnectMax().toMillis())
                    .withLifeCycleEvents(new Events())
                    .build();
        } catch (CrtRuntimeException e) {
            throw new IllegalArgumentException("%s: no MQTT client from %s, %s and %s: %s".formatted(
                    where(), settings.certFile(), settings.keyFile(), settings.caFile(), e.errorName), e);
        }
    }

    /// Begins to connect, and goes on trying until [#stop].
    public synchronized void start() {
        if (!isStarted && !isStopping) {
            isStarted = true;
            client.start();
        }
    }

    public boolean isConnected() {
        return isConnected;
    }

    /// Publishes on the thing's telemetry topic with QoS 1.
    ///
    /// @return fails with [PublishRefused] unless a PUBACK with the reason SUCCESS comes in time
    @Override
    public CompletableFuture<Void> publish(byte[] payload) {
        if (!isConnected) {
            return CompletableFuture.failedFuture(new PublishRefused(where() + ": not connected"));
        }
        var packet = new PublishPacket.PublishPacketBuilder().withTopic(topic).withQOS(QOS.AT_LEAST_ONCE)
                .withContentType(settings.contentType()).withPayload(payload).build();
        try {
            return client.publish(packet).handle(this::requireSuccess);
        } catch (CrtRuntimeException | IllegalStateException e) {
            return CompletableFuture.failedFuture(new PublishRefused("%s: not published: %s".formatted(where(), e.getMessage()), e));
        }
    }

    private Void requireSuccess(PublishResult result, Throwable failure) {
        if (failure != null) {
            String reason = failure instanceof CrtRuntimeException crt ? crt.errorName : String.valueOf(failure.getMessage());
            throw new PublishRefused("%s: publish on %s failed: %s".formatted(where(), topic, reason), failure);
        }
        PubAckPacket ack = result.getResultPubAck();
        refusal(ack == null ? null : ack.getReasonCode(), ack == null ? null : ack.getReasonString()).ifPresent(reason -> {
            throw new PublishRefused("%s: publish on %s refused: %s".formatted(where(), topic, reason));
        });
        return null;
    }

    /// Only SUCCESS will do. MQTT also knows NO_MATCHING_SUBSCRIBERS as a mild success, but nobody who could keep the
    /// readings took them then; AWS IoT Core does not list it among its reasons (docs/verify-on-aws.md).
    static Optional<String> refusal(PubAckReasonCode code, String text) {
        if (code == PubAckReasonCode.SUCCESS) {
            return Optional.empty();
        }
        String name = code == null ? "no PUBACK" : code.name();
        return Optional.of(text == null || text.isBlank() ? name : name + ", " + text);
    }

    /// Begins to disconnect; does not wait.
    public synchronized void stop() {
        if (!isStopping) {
            isStopping = true;
            isConnected = false;
            if (isStarted) {
                client.stop(new DisconnectPacket.DisconnectPacketBuilder().build());
            } else {
                stopped.countDown();
            }
        }
    }

    /// Disconnects, waits for the end of the connection at most five seconds, and frees what the SDK holds. Not from
    /// a listener.
    @Override
    public void close() {
        stop();
        try {
            if (!stopped.await(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                listener.disconnected(where() + ": no clean end within " + STOP_TIMEOUT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            free();
        }
    }

    private synchronized void free() {
        if (!isFreed) {
            isFreed = true;
            client.close();
            CRT.releaseShutdownRef();
        }
    }

    private String where() {
        return "%s at %s:%d".formatted(settings.thing(), settings.endpoint(), settings.port());
    }

    private final class Events implements LifecycleEvents {
        @Override
        public void onAttemptingConnect(Mqtt5Client source, OnAttemptingConnectReturn event) {
            // its outcome is what counts
        }

        @Override
        public void onConnectionSuccess(Mqtt5Client source, OnConnectionSuccessReturn event) {
            isConnected = true;
            listener.connected(event.getNegotiatedSettings().getRejoinedSession());
        }

        @Override
        public void onConnectionFailure(Mqtt5Client source, OnConnectionFailureReturn event) {
            isConnected = false;
            ConnAckPacket answer = event.getConnAckPacket();
            String refused = answer == null ? "" : ", CONNACK " + answer.getReasonCode();
            listener.connectFailed("%s: cannot connect: %s%s".formatted(where(), described(event.getErrorCode()), refused));
        }

        @Override
        public void onDisconnection(Mqtt5Client source, OnDisconnectionReturn event) {
            isConnected = false;
            DisconnectPacket answer = event.getDisconnectPacket();
            String reason = answer == null ? "" : ", DISCONNECT " + answer.getReasonCode();
            listener.disconnected("%s: disconnected: %s%s".formatted(where(), described(event.getErrorCode()), reason));
        }

        @Override
        public void onStopped(Mqtt5Client source, OnStoppedReturn event) {
            stopped.countDown();
        }

        private static String described(int errorCode) {
            return "%s (%s)".formatted(CRT.awsErrorName(errorCode), CRT.awsErrorString(errorCode));
        }
    }
}
