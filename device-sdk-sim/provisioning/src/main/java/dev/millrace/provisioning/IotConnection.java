package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.iot.MqttRequestResponseClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.LifecycleEvents;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket.ConnectReasonCode;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;
import software.amazon.awssdk.iot.iotidentity.IotIdentityV2Client;
import software.amazon.awssdk.iot.iotidentity.model.CreateCertificateFromCsrRequest;
import software.amazon.awssdk.iot.iotidentity.model.CreateCertificateFromCsrResponse;
import software.amazon.awssdk.iot.iotidentity.model.RegisterThingRequest;
import software.amazon.awssdk.iot.iotidentity.model.RegisterThingResponse;
import software.amazon.awssdk.iot.iotidentity.model.V2ErrorResponseException;

/// A connection to AWS IoT that lasts for a provisioning, by the AWS IoT Device SDK.
public final class IotConnection implements AutoCloseable {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);
    private static final Set<ConnectReasonCode> FINAL = Set.of(ConnectReasonCode.NOT_AUTHORIZED, ConnectReasonCode.BAD_USERNAME_OR_PASSWORD,
            ConnectReasonCode.CLIENT_IDENTIFIER_NOT_VALID, ConnectReasonCode.UNSUPPORTED_PROTOCOL_VERSION, ConnectReasonCode.BANNED);

    /// How AWS IoT is reached.
    ///
    /// @param endpoint host of the account's data endpoint, without scheme and port
    /// @param port     8883, or 443 with ALPN
    /// @param caFile   PEM of the authorities that may have signed the endpoint's certificate
    /// @param patience for the connection, and for each answer
    public record Endpoint(String endpoint, int port, Path caFile, Duration patience) {
        public Endpoint {
            requireNonNull(endpoint, "endpoint is null");
            requireNonNull(caFile, "caFile is null");
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port not in 1..65535: " + port);
            }
            if (patience.compareTo(Duration.ofSeconds(1)) < 0 || patience.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException("patience not in 1 s to 10 min: " + patience);
            }
        }
    }

    private final Duration patience;
    private final String where;
    private final Mqtt5Client client;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean isStopped = new AtomicBoolean();
    /// For the message, when no attempt was the last one.
    private volatile String lastFailure = "";

    private IotConnection(Endpoint endpoint, Path certFile, Path keyFile, String clientId) {
        this.patience = endpoint.patience();
        this.where = "%s at %s:%d".formatted(clientId, endpoint.endpoint(), endpoint.port());
        for (Path file : new Path[] {endpoint.caFile(), certFile, keyFile}) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("file is missing or not readable: " + file);
            }
        }
        try (AwsIotMqtt5ClientBuilder builder = AwsIotMqtt5ClientBuilder.newDirectMqttBuilderWithMtlsFromPath(
                endpoint.endpoint(), certFile.toString(), keyFile.toString())) {
            this.client = builder.withCertificateAuthorityFromPath(null, endpoint.caFile().toString())
                    .withPort((long) endpoint.port())
                    .withClientId(clientId)
                    .withLifeCycleEvents(new Events())
                    .build();
        } catch (CrtRuntimeException e) {
            throw new IllegalArgumentException("%s: no MQTT client from %s, %s and %s: %s".formatted(
                    where, certFile, keyFile, endpoint.caFile(), e.errorName), e);
        }
    }

    /// Connects.
    ///
    /// @throws ProvisioningFailed       if it is refused, or nobody answers in time
    /// @throws IllegalArgumentException if a PEM file is missing or unreadable; the message names it
    public static IotConnection open(Endpoint endpoint, Path certFile, Path keyFile, String clientId) throws ProvisioningFailed, InterruptedException {
        var connection = new IotConnection(endpoint, certFile, keyFile, clientId);
        try {
            connection.client.start();
            connection.result("connect", connection.connected);
            return connection;
        } catch (ProvisioningFailed | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Over this connection.
    public Registrar registrar(String template) {
        return (serial, signingRequest) -> register(client, template, serial, signingRequest);
    }

    private Registrar.Registered register(Mqtt5Client mqtt, String template, String serial, String signingRequest) throws ProvisioningFailed {
        MqttRequestResponseClientOptions options = MqttRequestResponseClientOptions.builder()
                .withMaxRequestResponseSubscriptions(4).withMaxStreamingSubscriptions(1).withOperationTimeoutSeconds((int) patience.toSeconds()).build();
        try (IotIdentityV2Client identity = IotIdentityV2Client.newFromMqtt5(mqtt, options)) {
            var create = new CreateCertificateFromCsrRequest();
            create.certificateSigningRequest = signingRequest;
            CreateCertificateFromCsrResponse created = result("CreateCertificateFromCsr", identity.createCertificateFromCsr(create));
            var register = new RegisterThingRequest();
            register.templateName = template;
            register.certificateOwnershipToken = created.certificateOwnershipToken;
            register.parameters = new HashMap<>(Map.of("SerialNumber", serial));
            RegisterThingResponse registered = result("RegisterThing by template " + template, identity.registerThing(register));
            return new Registrar.Registered(registered.thingName, created.certificateId, created.certificatePem,
                    registered.deviceConfiguration == null ? Map.of() : registered.deviceConfiguration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProvisioningFailed(where + ": interrupted", e);
        }
    }

    private <T> T result(String what, CompletableFuture<T> answer) throws ProvisioningFailed, InterruptedException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ProvisioningFailed("%s: %s: no answer within %s%s".formatted(where, what, patience, lastFailure), e);
        } catch (ExecutionException e) {
            throw new ProvisioningFailed("%s: %s: %s".formatted(where, what, reason(e.getCause())), e.getCause());
        }
    }

    private static String reason(Throwable failure) {
        return switch (failure) {
            case V2ErrorResponseException refused when refused.getModeledError() != null -> "refused, %d %s: %s".formatted(
                    refused.getModeledError().statusCode, refused.getModeledError().errorCode, refused.getModeledError().errorMessage);
            case CrtRuntimeException crt -> crt.errorName;
            default -> String.valueOf(failure.getMessage());
        };
    }

    /// Waits a little for the end of the connection.
    public void disconnect() {
        if (isStopped.getAndSet(true)) {
            return;
        }
        client.stop();
        try {
            if (!stopped.await(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println(where + ": no clean end within " + STOPS_WITHIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Disconnects and frees what the SDK holds.
    @Override
    public void close() {
        disconnect();
        client.close();
    }

    private final class Events implements LifecycleEvents {
        @Override
        public void onAttemptingConnect(Mqtt5Client source, OnAttemptingConnectReturn event) {
            // its outcome is what counts
        }

        @Override
        public void onConnectionSuccess(Mqtt5Client source, OnConnectionSuccessReturn event) {
            connected.complete(null);
        }

        /// A network may come back and a quota fill up again, and the SDK tries again by itself; a refusal stays one.
        @Override
        public void onConnectionFailure(Mqtt5Client source, OnConnectionFailureReturn event) {
            ConnAckPacket answer = event.getConnAckPacket();
            String reason = answer == null ? CRT.awsErrorName(event.getErrorCode()) : "refused, CONNACK " + answer.getReasonCode();
            lastFailure = ", last " + reason;
            // AWS IoT cuts off a certificate that is not active during the TLS handshake
            if (answer == null ? reason.contains("TLS") : FINAL.contains(answer.getReasonCode())) {
                connected.completeExceptionally(new ProvisioningFailed(reason));
            }
        }

        @Override
        public void onDisconnection(Mqtt5Client source, OnDisconnectionReturn event) {
            // what waits for an answer runs into its time limit
        }

        @Override
        public void onStopped(Mqtt5Client source, OnStoppedReturn event) {
            stopped.countDown();
        }
    }
}
