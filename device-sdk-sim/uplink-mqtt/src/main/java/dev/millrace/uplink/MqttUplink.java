package dev.millrace.uplink;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.LostReadings;
import dev.millrace.agent.Notices;
import dev.millrace.agent.Uplink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
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
import software.amazon.awssdk.crt.mqtt5.PublishReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket.DisconnectReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;

/// One device's connection to AWS IoT Core. It reconnects by itself for ever; while it is away a publish fails at
/// once, because the SDK's own queue lives in memory without a bound and the agent has a better one on disk.
///
/// A PUBACK on a Basic Ingest topic says that the rules engine took the message, not that any action worked
/// (AWS IoT developer guide, "Basic Ingest"): from there on the rule's error action answers for it.
public final class MqttUplink implements Uplink, Notices, AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final MqttSettings settings;
    private final ConnectionListener listener;
    private final String topic;
    private final Mqtt5Client client;
    private final CommandInbox inbox;
    private final boolean hearsCommands;
    private final TakeoverWait takeoverWait = new TakeoverWait(RandomGenerator.getDefault(), System::nanoTime);
    private final AtomicLong takeovers = new AtomicLong();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean isConnected;
    private boolean isStarted;
    private volatile boolean isStopping;
    private boolean isAway;
    private boolean isPaused;
    private boolean isFreed;

    /// Prepares the connection; [#start] begins it. Commands are not listened to.
    ///
    /// @throws IllegalArgumentException if a PEM file is missing or unreadable; the message names it
    public MqttUplink(MqttSettings settings, ConnectionListener listener) {
        this(settings, listener, (_, _) -> { }, false);
    }

    /// The same, and subscribes to the thing's commands, `cmd/<thing>/#`, whenever it has connected.
    ///
    /// @throws IllegalArgumentException if a PEM file is missing or unreadable; the message names it
    public MqttUplink(MqttSettings settings, ConnectionListener listener, Commands commands) {
        this(settings, listener, commands, true);
    }

    private MqttUplink(MqttSettings settings, ConnectionListener listener, Commands commands, boolean hearsCommands) {
        this.settings = requireNonNull(settings, "settings is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.inbox = new CommandInbox(settings.thing(), requireNonNull(commands, "commands is null"), listener::commandRefused);
        this.hearsCommands = hearsCommands;
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
                    .withPublishEvents(this::received)
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
            if (!isPaused) {
                client.start();
            }
        }
    }

    /// Leaves the network without a word until [#resume], as when a modem loses its cell or is switched off. Every publish fails
    /// meanwhile, those on their way too.
    public synchronized void pause() {
        if (isRunning()) {
            client.stop();
        }
        isPaused = true;
        isConnected = false;
    }

    /// Connects again after [#pause].
    public synchronized void resume() {
        isPaused = false;
        if (isRunning()) {
            client.start();
        }
    }

    /// Whether the SDK's client is to have a connection.
    private boolean isRunning() {
        return isStarted && !isAway && !isPaused && !isStopping;
    }

    /// For what else goes over this connection.
    Mqtt5Client client() {
        return client;
    }

    public boolean isConnected() {
        return isConnected;
    }

    /// How often another client took this thing's name since the start.
    public long takeovers() {
        return takeovers.get();
    }

    private void received(Mqtt5Client source, PublishReturn event) {
        PublishPacket packet = event.getPublishPacket();
        inbox.received(packet.getTopic(), packet.getPayload() == null ? new byte[0] : packet.getPayload());
    }

    /// After each connect, not only in a new session: a subscription that failed is tried again that way.
    private void subscribe() {
        var packet = new SubscribePacket.SubscribePacketBuilder(inbox.filter(), QOS.AT_LEAST_ONCE).build();
        try {
            CompletableFuture<Void> _ = client.subscribe(packet).handle((answer, failure) -> {
                String problem = failure != null ? reason(failure) : subscriptionRefusal(answer.getReasonCodes());
                if (!problem.isEmpty()) {
                    listener.commandRefused("%s: no commands: subscribing to %s failed: %s".formatted(where(), inbox.filter(), problem));
                }
                return null;
            });
        } catch (CrtRuntimeException | IllegalStateException e) {
            listener.commandRefused("%s: no commands: %s".formatted(where(), e.getMessage()));
        }
    }

    static String subscriptionRefusal(List<SubAckReasonCode> codes) {
        return codes.equals(List.of(SubAckReasonCode.GRANTED_QOS_1)) ? "" : "expected GRANTED_QOS_1, came " + codes;
    }

    private static String reason(Throwable failure) {
        return failure instanceof CrtRuntimeException crt ? crt.errorName : String.valueOf(failure.getMessage());
    }

    /// Stays away for a while. The SDK's own wait would be a second or two, because it connected well before.
    private synchronized void stayAway() {
        if (isStopping) {
            return;
        }
        isAway = true;
        takeovers.incrementAndGet();
        Duration wait = takeoverWait.next();
        client.stop();
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS).execute(this::comeBack);
        listener.takenOver("%s: another client connected under this name; back in %d s".formatted(where(), wait.toSeconds()));
    }

    private synchronized void comeBack() {
        isAway = false;
        if (isRunning()) {
            client.start();
        }
    }

    /// Publishes on the thing's telemetry topic with QoS 1.
    ///
    /// @return fails with [PublishRefused] unless a PUBACK with the reason SUCCESS comes in time
    @Override
    public CompletableFuture<Void> publish(byte[] payload) {
        return publish(topic, settings.contentType(), payload);
    }

    /// Publishes `{"v":1,"thing":"…","epoch":…,"lost":[[first,last],…]}` on the notices topic with QoS 1; without a rule for notices
    /// it never completes, so that the agent keeps what it has to tell.
    @Override
    public CompletableFuture<Void> lost(LostReadings lost) {
        if (settings.noticesRule().isEmpty()) {
            return new CompletableFuture<>();
        }
        String ranges = lost.seqs().stream().map(range -> "[%d,%d]".formatted(range.first(), range.last())).collect(Collectors.joining(","));
        String json = "{\"v\":1,\"thing\":\"%s\",\"epoch\":%d,\"lost\":[%s]}".formatted(lost.thing(), lost.epoch(), ranges);
        return publish(settings.noticesTopic(), "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private CompletableFuture<Void> publish(String to, String contentType, byte[] payload) {
        if (!isConnected) {
            return CompletableFuture.failedFuture(new PublishRefused(where() + ": not connected"));
        }
        var packet = new PublishPacket.PublishPacketBuilder().withTopic(to).withQOS(QOS.AT_LEAST_ONCE)
                .withContentType(contentType).withPayload(payload).build();
        try {
            return client.publish(packet).handle((result, failure) -> requireSuccess(to, result, failure));
        } catch (CrtRuntimeException | IllegalStateException e) {
            return CompletableFuture.failedFuture(new PublishRefused("%s: not published: %s".formatted(where(), e.getMessage()), e));
        }
    }

    private Void requireSuccess(String to, PublishResult result, Throwable failure) {
        if (failure != null) {
            throw new PublishRefused("%s: publish on %s failed: %s".formatted(where(), to, reason(failure)), failure);
        }
        PubAckPacket ack = result.getResultPubAck();
        refusal(ack == null ? null : ack.getReasonCode(), ack == null ? null : ack.getReasonString()).ifPresent(reason -> {
            throw new PublishRefused("%s: publish on %s refused: %s".formatted(where(), to, reason));
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
            boolean wasRunning = isRunning();
            isStopping = true;
            isConnected = false;
            if (wasRunning) {
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
            if (hearsCommands) {
                subscribe();
            }
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
            if (answer != null && answer.getReasonCode() == DisconnectReasonCode.SESSION_TAKEN_OVER) {
                stayAway();
                return;
            }
            String reason = answer == null ? "" : ", DISCONNECT " + answer.getReasonCode();
            listener.disconnected("%s: disconnected: %s%s".formatted(where(), described(event.getErrorCode()), reason));
        }

        @Override
        public void onStopped(Mqtt5Client source, OnStoppedReturn event) {
            // it also stops for a pause and after a take-over
            if (isStopping) {
                stopped.countDown();
            }
        }

        private static String described(int errorCode) {
            return "%s (%s)".formatted(CRT.awsErrorName(errorCode), CRT.awsErrorString(errorCode));
        }
    }
}
