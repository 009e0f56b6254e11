package dev.millrace.provision;

import dev.millrace.events.Claim;
import dev.millrace.events.Names;
import java.util.regex.Pattern;

/// Who asks to be registered, and how they are connected. All but the serial number is AWS IoT's word, not the device's.
///
/// @param serial        as the device says it
/// @param clientId      of the connection
/// @param connectedWith id of the certificate of the connection: a claim certificate, or the thing's own
/// @param certificateId of the new certificate
/// @param key           SHA-256 of the new certificate's public key, in hexadecimal. The device proved that it holds the
///                      private half when it signed its request for the certificate
record Request(String serial, String clientId, String connectedWith, String certificateId, String key) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final int CLIENT_ID_MAX = 128;

    Request {
        Claim.requireSerial(serial);
        require("claimCertificateId", connectedWith, SHA_256);
        require("certificateId", certificateId, SHA_256);
        require("key", key, SHA_256);
        if (clientId == null || clientId.isEmpty() || clientId.length() > CLIENT_ID_MAX) {
            throw new IllegalArgumentException("clientId has not 1 to %d characters: %s".formatted(CLIENT_ID_MAX, Names.shown(clientId)));
        }
    }

    private static void require(String what, String value, Pattern rule) {
        if (value == null || !rule.matcher(value).matches()) {
            throw new IllegalArgumentException("%s must match %s: %s".formatted(what, rule, Names.shown(value)));
        }
    }
}
