package dev.millrace.provision;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.events.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// What AWS IoT sends and expects ("Pre-provisioning hooks"). Members that nobody here reads are skipped: AWS may add some.
final class HookJson {
    /// A certificate has some 2 KB; the device's parameters come on top, at most 128 KB of them.
    private static final int TEXT_MAX = 128 * 1024;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(TEXT_MAX).maxNestingDepth(20).build())
            .build();

    private HookJson() {
    }

    /// @throws IOException              if it is no JSON
    /// @throws IllegalArgumentException naming what is missing or wrong
    static Request read(InputStream event) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, String> parameters = new HashMap<>();
        try (JsonParser json = JSON.createParser(event)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("event: expected an object, is " + json.currentToken());
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    texts.put(name, json.getText());
                } else if (value == JsonToken.START_OBJECT && name.equals("parameters")) {
                    readTexts(json, parameters);
                } else {
                    json.skipChildren();
                }
            }
        }
        return new Request(parameters.get("SerialNumber"), texts.get("clientId"), texts.get("claimCertificateId"), texts.get("certificateId"),
                fingerprint(publicKey(texts.get("certificatePem"))));
    }

    private static void readTexts(JsonParser json, Map<String, String> into) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                into.put(name, json.getText());
            } else {
                json.skipChildren();
            }
        }
    }

    private static PublicKey publicKey(String pem) {
        if (pem == null) {
            throw new IllegalArgumentException("certificatePem is missing");
        }
        try {
            return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))).getPublicKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificatePem is no certificate: %s".formatted(Names.shown(e.getMessage())), e);
        }
    }

    private static String fingerprint(PublicKey key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static void write(Decision decision, OutputStream answer) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(answer)) {
            json.writeStartObject();
            json.writeBooleanField("allowProvisioning", decision instanceof Decision.Allowed);
            if (decision instanceof Decision.Allowed(String thing, String type, boolean _)) {
                json.writeObjectFieldStart("parameterOverrides");
                json.writeStringField("ThingName", thing);
                json.writeStringField("DeviceType", type);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
    }
}
