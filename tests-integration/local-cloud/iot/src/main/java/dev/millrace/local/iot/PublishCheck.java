package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Decides on each publish of one connection: the quotas of AWS IoT Core, then the policies. It knows no broker.
final class PublishCheck {
    /// AWS IoT Core: 128 KB, not adjustable.
    static final int PAYLOAD_BYTES_MAX = 128 * 1024;
    /// AWS IoT Core: not adjustable. Basic Ingest does not count `$aws/rules/<rule>/`.
    static final int TOPIC_BYTES_MAX = 256;
    /// AWS IoT Core: not adjustable. Basic Ingest does not count `$aws/rules/<rule>/`.
    static final int TOPIC_SLASHES_MAX = 7;
    /// AWS IoT Core: in and out together, not adjustable; the excess is discarded, not delayed.
    static final int PUBLISHES_PER_SECOND_MAX = 100;

    private static final String RESERVED = "$aws/";
    private static final String BASIC_INGEST = "$aws/rules/";

    private final Authority authority;
    private final String certificateId;
    private final String clientId;
    private final RateWindow window;

    PublishCheck(Authority authority, String certificateId, String clientId, InstantSource clock) {
        this.authority = requireNonNull(authority, "authority is null");
        this.certificateId = requireNonNull(certificateId, "certificateId is null");
        this.clientId = requireNonNull(clientId, "clientId is null");
        this.window = new RateWindow(PUBLISHES_PER_SECOND_MAX, Duration.ofSeconds(1), clock);
    }

    PublishVerdict inbound(String topic, int payloadBytes) {
        if (!window.tryTake()) {
            return refused(PublishVerdict.Reason.THROTTLED, "more than %d publishes in a second on one connection".formatted(PUBLISHES_PER_SECOND_MAX));
        }
        if (payloadBytes > PAYLOAD_BYTES_MAX) {
            return refused(PublishVerdict.Reason.TOO_LARGE, "payload of %d bytes, at most %d".formatted(payloadBytes, PAYLOAD_BYTES_MAX));
        }
        boolean basicIngest = topic.startsWith(BASIC_INGEST);
        int endOfRule = basicIngest ? topic.indexOf('/', BASIC_INGEST.length()) : -1;
        if (basicIngest && (endOfRule < 0 || endOfRule == BASIC_INGEST.length() || endOfRule == topic.length() - 1)) {
            return refused(PublishVerdict.Reason.INVALID_TOPIC, "Basic Ingest needs $aws/rules/<rule>/<topic>");
        }
        String counted = basicIngest ? topic.substring(endOfRule + 1) : topic;
        Optional<String> problem = topicProblem(counted);
        if (problem.isPresent()) {
            return refused(PublishVerdict.Reason.INVALID_TOPIC, problem.get());
        }
        if (!authority.allows(certificateId, clientId, Operation.PUBLISH, topic)) {
            return refused(PublishVerdict.Reason.NOT_AUTHORIZED, "no policy of the certificate allows iot:Publish");
        }
        if (basicIngest) {
            return new PublishVerdict.ToRule(topic.substring(BASIC_INGEST.length(), endOfRule), counted);
        }
        Optional<ProvisioningTopic> provisioning = ProvisioningTopic.of(topic);
        if (provisioning.isPresent()) {
            return new PublishVerdict.ToProvisioning(provisioning.get());
        }
        Optional<ShadowTopic> shadow = ShadowTopic.of(topic);
        if (shadow.isPresent()) {
            return new PublishVerdict.ToShadow(shadow.get());
        }
        if (topic.startsWith("$")) {
            return refused(PublishVerdict.Reason.NOT_SIMULATED, topic.startsWith(RESERVED)
                    ? "reserved topics other than Basic Ingest, fleet provisioning and named shadows are not simulated" : "topics beginning with $ are reserved");
        }
        return new PublishVerdict.ToBroker();
    }

    /// Whether a topic breaks the quotas of AWS IoT Core, and how.
    ///
    /// @param counted the topic, or of Basic Ingest what is counted of it
    static Optional<String> topicProblem(String counted) {
        int bytes = counted.getBytes(StandardCharsets.UTF_8).length;
        long slashes = counted.chars().filter(character -> character == '/').count();
        return bytes <= TOPIC_BYTES_MAX && slashes <= TOPIC_SLASHES_MAX ? Optional.empty() : Optional.of("topic of %d bytes and %d slashes, at most %d and %d"
                .formatted(bytes, slashes, TOPIC_BYTES_MAX, TOPIC_SLASHES_MAX));
    }

    /// Whether a message may go out to this connection.
    boolean outbound(String topic) {
        return authority.allows(certificateId, clientId, Operation.RECEIVE, topic) && window.tryTake();
    }

    private static PublishVerdict refused(PublishVerdict.Reason reason, String why) {
        return new PublishVerdict.Refused(reason, why);
    }
}
