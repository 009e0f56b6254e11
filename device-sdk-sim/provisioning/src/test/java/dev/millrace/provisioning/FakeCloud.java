package dev.millrace.provisioning;

import java.io.StringReader;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// Gives a serial number to the first key that asks over a claim certificate, as the cloud's list does; over the thing's own
/// connection it takes every key.
final class FakeCloud {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final X500Name NAME = new X500Name("CN=fake");

    private final KeyPair authority = DeviceKey.generate(RANDOM).pair();
    private final List<PublicKey> keys = new ArrayList<>();
    private Map<String, String> configuration = Map.of("type", "truck", "rule", "telemetry", "noticesRule", "notices");
    private boolean losesAnswers;

    /// The keys that got certificates, in this order.
    List<PublicKey> keys() {
        return keys;
    }

    /// It grants, and the device does not hear of it.
    void loseAnswers(boolean lose) {
        losesAnswers = lose;
    }

    /// What the template tells a device.
    void tell(Map<String, String> told) {
        configuration = Map.copyOf(told);
    }

    Registrar overClaim() {
        return (serial, request) -> {
            PublicKey key = verified(serial, request);
            if (!keys.isEmpty() && !keys.getFirst().equals(key)) {
                throw new ProvisioningFailed("refused, 403");
            }
            return registered(key);
        };
    }

    Registrar overOwn() {
        return (serial, request) -> registered(verified(serial, request));
    }

    private Registrar.Registered registered(PublicKey key) throws ProvisioningFailed {
        keys.add(key);
        if (losesAnswers) {
            throw new ProvisioningFailed("no answer");
        }
        return new Registrar.Registered("truck-7", "%064x".formatted(keys.size()), certificate(key), configuration);
    }

    private static PublicKey verified(String serial, String pem) throws ProvisioningFailed {
        try (var parser = new PEMParser(new StringReader(pem))) {
            var request = new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey())) || !request.getSubject().toString().equals("CN=" + serial)) {
                throw new ProvisioningFailed("not signed with its key, or not for this serial number");
            }
            return request.getPublicKey();
        } catch (ProvisioningFailed e) {
            throw e;
        } catch (Exception e) {
            throw new ProvisioningFailed("no signing request", e);
        }
    }

    String certificate(PublicKey key) {
        try {
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(new JcaX509v3CertificateBuilder(NAME, BigInteger.valueOf(keys.size() + 1L),
                    Date.from(Instant.EPOCH), Date.from(Instant.EPOCH.plusSeconds(2_000_000_000)), NAME, key)
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
            return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
