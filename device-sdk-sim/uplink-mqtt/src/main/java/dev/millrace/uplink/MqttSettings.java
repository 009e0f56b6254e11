package dev.millrace.uplink;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.SettingsText;
import dev.millrace.events.Names;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/// How one device reaches AWS IoT Core. The MQTT client id is the thing's name, so that policies may name it
/// (`${iot:Connection.Thing.ThingName}` holds only then).
///
/// @param endpoint      host of the account's data endpoint (`…-ats.iot.<region>.amazonaws.com`), without scheme and port
/// @param port          8883, or 443 with ALPN
/// @param thing         who connects
/// @param type          name of its device type: the topic's last level
/// @param rule          name of the topic rule that takes the packs, see [Topics#telemetry]
/// @param caFile        PEM of the authorities that may have signed the endpoint's certificate
/// @param certFile      PEM of the thing's certificate
/// @param keyFile       PEM of its private key
/// @param contentType   media type of the packs, see [PackCodec#contentType]; 1 to 256 bytes (quota of AWS IoT Core)
/// @param keepAlive     30 s to 20 min: AWS IoT Core changes what is outside
/// @param sessionExpiry how long the broker keeps the session of a device that is away, 1 s to 7 days; AWS IoT Core grants
///                      an hour unless the quota was raised
/// @param ackTimeout    a publish without PUBACK fails after this, 1 s to 10 min
/// @param reconnectMin  the random wait before the first new attempt to connect is at most about this; 1 s or more,
///                      because AWS IoT Core takes one CONNECT a second of one client id
/// @param reconnectMax  the wait never grows over this, at most an hour
/// @param noticesRule   name of the topic rule that takes notices of lost readings; empty: nobody is told of them
public record MqttSettings(String endpoint, int port, String thing, String type, String rule, Path caFile, Path certFile, Path keyFile,
        String contentType, Duration keepAlive, Duration sessionExpiry, Duration ackTimeout, Duration reconnectMin, Duration reconnectMax,
        String noticesRule) {
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9.-]{1,253}");
    /// Quota of AWS IoT Core, not adjustable. The three levels `$aws/rules/<rule>` do not count.
    private static final int TOPIC_BYTES_MAX = 256;
    private static final int CONTENT_TYPE_BYTES_MAX = 256;

    public MqttSettings {
        requireMatch("endpoint", endpoint, HOST);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port not in 1..65535: " + port);
        }
        Names.requireThing(thing);
        Names.requireType(type);
        requireMatch("rule", rule, Topics.RULE_NAME);
        requireNonNull(caFile, "caFile is null");
        requireNonNull(certFile, "certFile is null");
        requireNonNull(keyFile, "keyFile is null");
        requireNonNull(contentType, "contentType is null");
        requireBytes("contentType", contentType, CONTENT_TYPE_BYTES_MAX);
        requireIn("keepAlive", keepAlive, Duration.ofSeconds(30), Duration.ofSeconds(1_200));
        requireIn("sessionExpiry", sessionExpiry, Duration.ofSeconds(1), Duration.ofDays(7));
        requireIn("ackTimeout", ackTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
        requireIn("reconnectMin", reconnectMin, Duration.ofSeconds(1), Duration.ofHours(1));
        requireIn("reconnectMax", reconnectMax, reconnectMin, Duration.ofHours(1));
        requireNonNull(noticesRule, "noticesRule is null");
        if (!noticesRule.isEmpty()) {
            requireMatch("noticesRule", noticesRule, Topics.RULE_NAME);
        }
        String countedTopic = Topics.telemetry(rule, thing, type).substring("$aws/rules/%s/".formatted(rule).length());
        requireBytes("topic", countedTopic, TOPIC_BYTES_MAX);
    }

    /// With the usual times: keep-alive 60 s, session 1 h, PUBACK within 30 s, reconnect after 1 s to 2 min.
    public static MqttSettings of(String endpoint, int port, String thing, String type, String rule, Path caFile, Path certFile,
            Path keyFile, PackCodec codec) {
        return new MqttSettings(endpoint, port, thing, type, rule, caFile, certFile, keyFile, codec.contentType(), Duration.ofSeconds(60),
                Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(2), "");
    }

    /// Reads the settings by the names of this record's components; for all but the names, the files and the endpoint
    /// the usual value holds if there is none.
    ///
    /// @throws IllegalArgumentException naming the key, what was expected and what came
    static MqttSettings from(SettingsText text, PackCodec codec) {
        MqttSettings usual = of(text.text("endpoint"), text.integer("port", 8_883), text.text("thing"), text.text("type"), text.text("rule"),
                Path.of(text.text("caFile")), Path.of(text.text("certFile")), Path.of(text.text("keyFile")), codec);
        return new MqttSettings(usual.endpoint, usual.port, usual.thing, usual.type, usual.rule, usual.caFile, usual.certFile, usual.keyFile,
                usual.contentType,
                text.duration("keepAlive", usual.keepAlive),
                text.duration("sessionExpiry", usual.sessionExpiry),
                text.duration("ackTimeout", usual.ackTimeout),
                text.duration("reconnectMin", usual.reconnectMin),
                text.duration("reconnectMax", usual.reconnectMax),
                text.text("noticesRule", usual.noticesRule));
    }

    public MqttSettings withReconnect(Duration min, Duration max) {
        return new MqttSettings(endpoint, port, thing, type, rule, caFile, certFile, keyFile, contentType, keepAlive, sessionExpiry,
                ackTimeout, min, max, noticesRule);
    }

    public MqttSettings withAckTimeout(Duration value) {
        return new MqttSettings(endpoint, port, thing, type, rule, caFile, certFile, keyFile, contentType, keepAlive, sessionExpiry,
                value, reconnectMin, reconnectMax, noticesRule);
    }

    public MqttSettings withNoticesRule(String value) {
        return new MqttSettings(endpoint, port, thing, type, rule, caFile, certFile, keyFile, contentType, keepAlive, sessionExpiry,
                ackTimeout, reconnectMin, reconnectMax, value);
    }

    /// The thing's Basic Ingest topic.
    public String topic() {
        return Topics.telemetry(rule, thing, type);
    }

    /// Where the thing tells what it lost; only with a [#noticesRule].
    public String noticesTopic() {
        return Topics.lost(noticesRule, thing);
    }

    private static void requireMatch(String what, String value, Pattern rule) {
        if (value == null || !rule.matcher(value).matches()) {
            throw new IllegalArgumentException("%s must match %s: %s".formatted(what, rule, Names.shown(value)));
        }
    }

    private static void requireBytes(String what, String value, int bytesMax) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > bytesMax) {
            throw new IllegalArgumentException("%s takes %d bytes, not 1..%d: %s".formatted(what, bytes, bytesMax, Names.shown(value)));
        }
    }

    private static void requireIn(String what, Duration value, Duration min, Duration max) {
        requireNonNull(value, () -> what + " is null");
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException("%s not in %s..%s: %s".formatted(what, min, max, value));
        }
    }
}
