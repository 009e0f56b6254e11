package dev.millrace.events;

import java.util.regex.Pattern;

/// The MQTT topics. Telemetry goes by Basic Ingest: straight to a rule, without broker messaging charge, and
/// nobody can subscribe to it. In the rule's SQL `topic(2)` is the thing, because AWS IoT counts topic levels
/// after the `$aws/rules/<rule>/` prefix (AWS IoT developer guide, "Reducing messaging costs with Basic Ingest").
public final class Topics {
    /// A topic rule's name (AWS IoT, CreateTopicRule, `ruleName`).
    public static final Pattern RULE_NAME = Pattern.compile("[a-zA-Z0-9_]{1,128}");
    /// What the rule's `FROM` names: `dt/<thing>/<device type>`.
    public static final String TELEMETRY_FILTER = "dt/+/+";
    /// The last level of a notice's topic, where telemetry has the device type.
    public static final String LOST = "lost";
    /// What the `FROM` of the rule for notices names.
    public static final String LOST_FILTER = "dt/+/" + LOST;

    private Topics() {
    }

    /// Where a device publishes its packs.
    ///
    /// @param rule the name of the topic rule, as deployed
    public static String telemetry(String rule, String thing, String deviceType) {
        return "$aws/rules/%s/dt/%s/%s".formatted(rule, Names.requireThing(thing), Names.requireType(deviceType));
    }

    /// Where a device tells which readings it has lost. The form is that of telemetry: here too `topic(2)` is the thing.
    ///
    /// @param rule the name of the topic rule for notices, as deployed
    public static String lost(String rule, String thing) {
        return telemetry(rule, thing, LOST);
    }
}
