package dev.millrace.local.iot;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.interceptor.subscribe.SubscribeInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.subscribe.parameter.SubscribeInboundInput;
import com.hivemq.extension.sdk.api.interceptor.subscribe.parameter.SubscribeInboundOutput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.subscribe.Subscription;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.subscription.TopicSubscription;
import dev.millrace.events.Names;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The quotas of AWS IoT Core on subscriptions. What AWS answers beyond them is not documented; here the
/// connection is closed with "quota exceeded", see docs/verify-on-aws.md.
final class SubscriptionLimits implements SubscribeInboundInterceptor {
    /// AWS IoT Core: in one SUBSCRIBE, not adjustable.
    static final int FILTERS_PER_PACKET_MAX = 8;
    /// AWS IoT Core: the default.
    static final int SUBSCRIPTIONS_PER_CONNECTION_MAX = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionLimits.class);

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    public void onInboundSubscribe(SubscribeInboundInput input, SubscribeInboundOutput output) {
        String clientId = input.getClientInformation().getClientId();
        Set<String> asked = input.getSubscribePacket().getSubscriptions().stream().map(Subscription::getTopicFilter).collect(Collectors.toSet());
        if (asked.size() > FILTERS_PER_PACKET_MAX) {
            disconnect(clientId, "%d topic filters in one SUBSCRIBE, at most %d".formatted(asked.size(), FILTERS_PER_PACKET_MAX));
            return;
        }
        Async<SubscribeInboundOutput> later = output.async(PATIENCE, TimeoutFallback.FAILURE);
        Services.subscriptionStore().getSubscriptions(clientId).whenComplete((present, failure) -> {
            if (failure == null) {
                Set<String> all = new HashSet<>(asked);
                present.stream().map(TopicSubscription::getTopicFilter).forEach(all::add);
                if (all.size() > SUBSCRIPTIONS_PER_CONNECTION_MAX) {
                    disconnect(clientId, "%d subscriptions, at most %d".formatted(all.size(), SUBSCRIPTIONS_PER_CONNECTION_MAX));
                }
            } else {
                LOG.error("subscriptions of client {} could not be counted", Names.shown(clientId), failure);
            }
            later.resume();
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled in the callback
    private static void disconnect(String clientId, String why) {
        LOG.warn("client {} is disconnected: {}", Names.shown(clientId), why);
        Services.clientService().disconnectClient(clientId, false, DisconnectReasonCode.QUOTA_EXCEEDED, why).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.error("client {} could not be disconnected", Names.shown(clientId), failure);
            }
        });
    }
}
