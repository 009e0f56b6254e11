package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Claim;
import dev.millrace.events.Names;
import dev.millrace.events.Topics;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What a device is in the cloud, and the files that prove it.
///
/// @param thing         its name and MQTT client id
/// @param type          name of its device type
/// @param rule          topic rule that takes its packs
/// @param noticesRule   topic rule that takes notices of lost readings; empty: the cloud named none
/// @param certificateId as AWS IoT names it: SHA-256 of the certificate
/// @param certFile      PEM
/// @param keyFile       PEM, of the private key
public record DeviceIdentity(String serial, String thing, String type, String rule, String noticesRule, String certificateId, Path certFile,
        Path keyFile) {
    private static final Pattern CERTIFICATE_ID = Pattern.compile("[0-9a-f]{64}");

    public DeviceIdentity {
        Claim.requireSerial(serial);
        Names.requireThing(thing);
        Names.requireType(type);
        require("rule", rule, Topics.RULE_NAME);
        requireNonNull(noticesRule, "noticesRule is null");
        if (!noticesRule.isEmpty()) {
            require("noticesRule", noticesRule, Topics.RULE_NAME);
        }
        require("certificateId", certificateId, CERTIFICATE_ID);
        requireNonNull(certFile, "certFile is null");
        requireNonNull(keyFile, "keyFile is null");
    }

    private static void require(String what, String value, Pattern rule) {
        if (value == null || !rule.matcher(value).matches()) {
            throw new IllegalArgumentException("%s must match %s: %s".formatted(what, rule, Names.shown(value)));
        }
    }
}
