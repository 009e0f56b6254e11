package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.parameter.AuthorizerProviderInput;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.client.parameter.InitializerInput;
import com.hivemq.extension.sdk.api.interceptor.puback.parameter.PubackOutboundInput;
import com.hivemq.extension.sdk.api.interceptor.puback.parameter.PubackOutboundOutput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import com.hivemq.extension.sdk.api.services.publish.Publish;
import com.hivemq.extension.sdk.api.services.publish.PublishToClientResult;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import dev.millrace.events.Names;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker's extension: puts the gates before everything that a client does.
final class Gates implements ExtensionMain {
    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

    private final Authority authority;
    private final RulesEngine rules;
    private final ProvisioningDesk provisioning;
    private final Shadows shadows;
    private final Metrics metrics;
    private final InstantSource clock;
    private final Supplier<UUID> uuids;
    /// Client id to the id of the certificate of its last connection.
    private final Map<String, String> certificates = new ConcurrentHashMap<>();
    private final ConnectionMinutes minutes;
    private volatile ClientService clients;

    Gates(Authority authority, RulesEngine rules, ProvisioningDesk provisioning, Metrics metrics, InstantSource clock, Supplier<UUID> uuids) {
        this.authority = requireNonNull(authority, "authority is null");
        this.rules = requireNonNull(rules, "rules is null");
        this.provisioning = requireNonNull(provisioning, "provisioning is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.minutes = new ConnectionMinutes(clock);
        this.shadows = new Shadows(clock, this::broadcast);
        this.uuids = requireNonNull(uuids, "uuids is null");
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        var connectGate = new ConnectGate(authority, metrics);
        Services.securityRegistry().setAuthenticatorProvider(_ -> connectGate);
        Services.securityRegistry().setAuthorizerProvider(this::subscribeGate);
        Services.initializerRegistry().setClientInitializer(this::initialize);
        Services.eventRegistry().setClientLifecycleEventListener(_ -> new ConnectionTimes(minutes));
        clients = Services.clientService();
        provisioning.answerBy(Gates::publishTo);
    }

    private SubscribeGate subscribeGate(AuthorizerProviderInput input) {
        return new SubscribeGate(authority, ConnectGate.certificateId(input.getConnectionInformation()), input.getClientInformation().getClientId());
    }

    private void initialize(InitializerInput input, ClientContext context) {
        String clientId = input.getClientInformation().getClientId();
        String certificateId = ConnectGate.certificateId(input.getConnectionInformation());
        certificates.put(clientId, certificateId);
        var check = new PublishCheck(authority, certificateId, clientId, clock);
        var publishGate = new PublishGate(clientId, certificateId, check, rules, provisioning, shadows, metrics, clock, uuids);
        context.addPublishInboundInterceptor(publishGate);
        context.addPublishOutboundInterceptor(publishGate);
        context.addSubscribeInboundInterceptor(new SubscriptionLimits());
        context.addSubscribeInboundInterceptor((_, _) -> metrics.bill(Metrics.Billed.MESSAGES, 0));
        context.addPubackInboundInterceptor((_, _) -> metrics.bill(Metrics.Billed.MESSAGES, 0));
        context.addPubackOutboundInterceptor(Gates::hideWhetherSomebodyListens);
    }

    /// Without its extension the broker would let everybody in.
    ///
    /// @throws IllegalStateException if the broker did not start the extension
    void requireStarted() {
        if (clients == null) {
            throw new IllegalStateException("the broker runs without its gates");
        }
    }

    /// Closes the connection of a client, as the operation DeleteConnection does.
    ///
    /// @return whether the client was connected
    boolean disconnect(String clientId) {
        return clients.disconnectClient(clientId, true, DisconnectReasonCode.ADMINISTRATIVE_ACTION, "deleted by the operator").join();
    }

    /// Closes the connections that were made with a certificate. AWS does so within minutes of a change of its status
    /// (UpdateCertificate).
    void disconnectHolders(String certificateId) {
        certificates.forEach((clientId, held) -> {
            if (held.equals(certificateId)) {
                disconnect(clientId);
            }
        });
    }

    /// Brings a message to everybody who has subscribed to its topic and may receive it.
    ///
    /// @return done when the broker has it
    CompletableFuture<Void> publish(String topic, Qos qos, byte[] payload) {
        requireStarted();
        return Services.publishService().publish(Builders.publish().topic(topic).qos(qos).payload(ByteBuffer.wrap(payload)).build());
    }

    /// An answer goes to who asked, and only if they subscribed to it.
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private static void publishTo(String clientId, String topic, byte[] payload) {
        Publish answer = Builders.publish().topic(topic).qos(Qos.AT_LEAST_ONCE).payload(ByteBuffer.wrap(payload)).build();
        Services.publishService().publishToClient(answer, clientId).whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.error("answer on {} to client {} failed", topic, Names.shown(clientId), failure);
            } else if (result != PublishToClientResult.SUCCESSFUL) {
                LOG.warn("answer on {} to client {} is lost: {}", topic, Names.shown(clientId), result);
            }
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private void broadcast(String topic, byte[] payload) {
        publish(topic, Qos.AT_LEAST_ONCE, payload).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.error("message on {} failed", topic, failure);
            }
        });
    }

    ConnectionMinutes connectionMinutes() {
        return minutes;
    }

    Shadows shadows() {
        return shadows;
    }

    /// The broker tells the publisher when nobody has subscribed; AWS answers success.
    private static void hideWhetherSomebodyListens(PubackOutboundInput input, PubackOutboundOutput output) {
        if (input.getPubackPacket().getReasonCode() == AckReasonCode.NO_MATCHING_SUBSCRIBERS) {
            output.getPubackPacket().setReasonCode(AckReasonCode.SUCCESS);
        }
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        // the owner of the rules engine closes it, after the broker
    }
}
