package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import dev.millrace.events.Names;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides on each topic filter that one connection subscribes to. Unlike on AWS `a/#` also matches `a`: the
/// broker delivers by the rules of MQTT.
final class SubscribeGate implements SubscriptionAuthorizer {
    private static final Logger LOG = LoggerFactory.getLogger(SubscribeGate.class);

    private final Authority authority;
    private final String certificateId;
    private final String clientId;

    SubscribeGate(Authority authority, String certificateId, String clientId) {
        this.authority = requireNonNull(authority, "authority is null");
        this.certificateId = requireNonNull(certificateId, "certificateId is null");
        this.clientId = requireNonNull(clientId, "clientId is null");
    }

    @Override
    public void authorizeSubscribe(SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
        String filter = input.getSubscription().getTopicFilter();
        if (!authority.allows(certificateId, clientId, Operation.SUBSCRIBE, filter)) {
            refuse(output, filter, SubackReasonCode.NOT_AUTHORIZED, "no policy of the certificate allows iot:Subscribe");
        } else if (filter.startsWith("$") && !ProvisioningTopic.isHeardBy(filter) && !ShadowTopic.isHeardBy(filter)) {
            refuse(output, filter, SubackReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "reserved topics and shared subscriptions are not simulated");
        } else if (input.getSubscription().getQos() == Qos.EXACTLY_ONCE) {
            refuse(output, filter, SubackReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "AWS IoT Core has no QoS 2");
        } else {
            output.authorizeSuccessfully();
        }
    }

    private void refuse(SubscriptionAuthorizerOutput output, String filter, SubackReasonCode code, String why) {
        LOG.warn("subscribe of client {} to {} refused: {}", Names.shown(clientId), Names.shown(filter), why);
        output.failAuthorization(code, why);
    }
}
