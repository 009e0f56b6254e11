package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishOutboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishOutboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishOutboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import dev.millrace.events.Names;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands before every publish of one connection, in and out. It decides in the interceptor because the
/// broker asks its authorizers only afterwards, and not at all for a message that the interceptor consumes.
/// With a reason code other than success the broker answers an MQTT 5 client with that code and closes the
/// connection of an MQTT 3.1.1 client, as AWS does.
final class PublishGate implements PublishInboundInterceptor, PublishOutboundInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(PublishGate.class);

    private final String clientId;
    private final String certificateId;
    private final PublishCheck check;
    private final RulesEngine rules;
    private final ProvisioningDesk provisioning;
    private final Shadows shadows;
    private final Metrics metrics;
    private final InstantSource clock;
    private final Supplier<UUID> uuids;

    PublishGate(String clientId, String certificateId, PublishCheck check, RulesEngine rules, ProvisioningDesk provisioning, Shadows shadows, Metrics metrics,
            InstantSource clock, Supplier<UUID> uuids) {
        this.clientId = requireNonNull(clientId, "clientId is null");
        this.certificateId = requireNonNull(certificateId, "certificateId is null");
        this.check = requireNonNull(check, "check is null");
        this.rules = requireNonNull(rules, "rules is null");
        this.provisioning = requireNonNull(provisioning, "provisioning is null");
        this.shadows = requireNonNull(shadows, "shadows is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.uuids = requireNonNull(uuids, "uuids is null");
    }

    @Override
    public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
        PublishPacket packet = input.getPublishPacket();
        switch (check.inbound(packet.getTopic(), packet.getPayload().map(ByteBuffer::remaining).orElse(0))) {
            case PublishVerdict.Refused(PublishVerdict.Reason reason, String why) -> refuse(packet, output, reason, why);
            case PublishVerdict.ToRule(String rule, String topic) -> {
                if (rules.basicIngest(rule, message(packet, topic))) {
                    metrics.count(Metrics.Total.PUBLISH_SUCCESS);
                    output.preventPublishDelivery(AckReasonCode.SUCCESS);
                } else {
                    refuse(packet, output, PublishVerdict.Reason.THROTTLED, "the rules engine has no room or is closing");
                }
            }
            case PublishVerdict.ToProvisioning(ProvisioningTopic topic) -> {
                if (provisioning.take(new ProvisioningDesk.Asker(clientId, certificateId), topic, message(packet, packet.getTopic()).payload())) {
                    metrics.count(Metrics.Total.PUBLISH_SUCCESS);
                    metrics.bill(Metrics.Billed.MESSAGES, bytes(packet));
                    output.preventPublishDelivery(AckReasonCode.SUCCESS);
                } else {
                    refuse(packet, output, PublishVerdict.Reason.THROTTLED, "too many are being provisioned");
                }
            }
            case PublishVerdict.ToShadow(ShadowTopic topic) -> {
                metrics.count(Metrics.Total.PUBLISH_SUCCESS);
                metrics.bill(Metrics.Billed.SHADOW_OPERATIONS, bytes(packet));
                output.preventPublishDelivery(AckReasonCode.SUCCESS);
                shadows.take(topic, message(packet, packet.getTopic()).payload());
            }
            case PublishVerdict.ToBroker _ -> {
                if (rules.publish(message(packet, packet.getTopic()))) {
                    metrics.count(Metrics.Total.PUBLISH_SUCCESS);
                    metrics.bill(Metrics.Billed.MESSAGES, bytes(packet));
                } else {
                    refuse(packet, output, PublishVerdict.Reason.THROTTLED, "the rules engine has no room or is closing");
                }
            }
        }
    }

    /// AWS asks for `iot:Receive` at each delivery; a message that it denies is dropped.
    @Override
    public void onOutboundPublish(PublishOutboundInput input, PublishOutboundOutput output) {
        if (!check.outbound(input.getPublishPacket().getTopic())) {
            output.preventPublishDelivery();
            return;
        }
        metrics.bill(Metrics.Billed.MESSAGES, bytes(input.getPublishPacket()));
    }

    /// Payload and topic.
    private static int bytes(PublishPacket packet) {
        return packet.getPayload().map(ByteBuffer::remaining).orElse(0) + packet.getTopic().getBytes(StandardCharsets.UTF_8).length;
    }

    private void refuse(PublishPacket packet, PublishInboundOutput output, PublishVerdict.Reason reason, String why) {
        long count = metrics.count(metric(reason));
        if (Metrics.worthALine(count)) {
            LOG.warn("publish of client {} on {} refused, {} ({} such so far): {}", Names.shown(clientId), Names.shown(packet.getTopic()), reason, count, why);
        }
        output.preventPublishDelivery(code(reason), why);
    }

    /// What a client sees of a discarded publish is not documented, see docs/verify-on-aws.md; 0x97 is the
    /// code that AWS lists for an exceeded quota.
    private static AckReasonCode code(PublishVerdict.Reason reason) {
        return switch (reason) {
            case THROTTLED, TOO_LARGE -> AckReasonCode.QUOTA_EXCEEDED;
            case INVALID_TOPIC -> AckReasonCode.TOPIC_NAME_INVALID;
            case NOT_AUTHORIZED -> AckReasonCode.NOT_AUTHORIZED;
            case NOT_SIMULATED -> AckReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
        };
    }

    private static Metrics.Total metric(PublishVerdict.Reason reason) {
        return switch (reason) {
            case THROTTLED -> Metrics.Total.PUBLISH_THROTTLE;
            case NOT_AUTHORIZED -> Metrics.Total.PUBLISH_AUTH_ERROR;
            case TOO_LARGE, INVALID_TOPIC, NOT_SIMULATED -> Metrics.Total.PUBLISH_CLIENT_ERROR;
        };
    }

    private Message message(PublishPacket packet, String topic) {
        ByteBuffer payload = packet.getPayload().orElseGet(() -> ByteBuffer.allocate(0)).duplicate();
        var bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return new Message(topic, clientId, bytes, clock.instant(), uuids.get());
    }
}
