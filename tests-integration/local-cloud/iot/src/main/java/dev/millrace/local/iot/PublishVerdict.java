package dev.millrace.local.iot;

/// What becomes of a published message.
sealed interface PublishVerdict {
    /// To the rules that match it, then to whoever subscribed.
    record ToBroker() implements PublishVerdict {}

    /// Basic Ingest: to one rule, and nobody else.
    ///
    /// @param topic what the rule sees as the topic
    record ToRule(String rule, String topic) implements PublishVerdict {}

    /// To fleet provisioning, and nobody else.
    record ToProvisioning(ProvisioningTopic topic) implements PublishVerdict {}

    /// To the shadow service, and nobody else.
    record ToShadow(ShadowTopic topic) implements PublishVerdict {}

    record Refused(Reason reason, String why) implements PublishVerdict {}

    enum Reason { THROTTLED, TOO_LARGE, INVALID_TOPIC, NOT_AUTHORIZED, NOT_SIMULATED }
}
