package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.parameter.AuthorizerProviderInput;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.client.parameter.InitializerInput;
import com.hivemq.extension.sdk.api.interceptor.puback.parameter.PubackOutboundInput;
import com.hivemq.extension.sdk.api.interceptor.puback.parameter.PubackOutboundOutput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/// The broker's extension: puts the gates before everything that a client does.
final class Gates implements ExtensionMain {
    private final Authority authority;
    private final RulesEngine rules;
    private final Metrics metrics;
    private final InstantSource clock;
    private final Supplier<UUID> uuids;
    private volatile ClientService clients;

    Gates(Authority authority, RulesEngine rules, Metrics metrics, InstantSource clock, Supplier<UUID> uuids) {
        this.authority = requireNonNull(authority, "authority is null");
        this.rules = requireNonNull(rules, "rules is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.uuids = requireNonNull(uuids, "uuids is null");
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        var connectGate = new ConnectGate(authority, metrics);
        Services.securityRegistry().setAuthenticatorProvider(_ -> connectGate);
        Services.securityRegistry().setAuthorizerProvider(this::subscribeGate);
        Services.initializerRegistry().setClientInitializer(this::initialize);
        clients = Services.clientService();
    }

    private SubscribeGate subscribeGate(AuthorizerProviderInput input) {
        return new SubscribeGate(authority, ConnectGate.certificateId(input.getConnectionInformation()), input.getClientInformation().getClientId());
    }

    private void initialize(InitializerInput input, ClientContext context) {
        String clientId = input.getClientInformation().getClientId();
        String certificateId = ConnectGate.certificateId(input.getConnectionInformation());
        var check = new PublishCheck(authority, certificateId, clientId, clock);
        var publishGate = new PublishGate(clientId, check, rules, metrics, clock, uuids);
        context.addPublishInboundInterceptor(publishGate);
        context.addPublishOutboundInterceptor(publishGate);
        context.addSubscribeInboundInterceptor(new SubscriptionLimits());
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
