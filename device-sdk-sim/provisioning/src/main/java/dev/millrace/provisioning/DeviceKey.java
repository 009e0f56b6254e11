package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A device's key pair on the curve P-256, by the JDK. Only the request for a certificate (PKCS#10) needs more than that.
record DeviceKey(KeyPair pair) {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";

    DeviceKey {
        requireNonNull(pair, "pair is null");
    }

    static DeviceKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return new DeviceKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has the curve P-256", e);
        }
    }

    /// The private half, PKCS#8, as the AWS IoT Device SDK reads it.
    String privatePem() {
        return pem(PRIVATE_KEY, pair.getPrivate().getEncoded());
    }

    /// Both halves: the public one cannot be had from the private one by the JDK.
    String pem() {
        return privatePem() + pem(PUBLIC_KEY, pair.getPublic().getEncoded());
    }

    /// Reads what [#pem] wrote.
    ///
    /// @throws IllegalArgumentException if it is something else
    static DeviceKey parse(String pem) {
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            return new DeviceKey(new KeyPair(keys.generatePublic(new X509EncodedKeySpec(der(PUBLIC_KEY, pem))),
                    keys.generatePrivate(new PKCS8EncodedKeySpec(der(PRIVATE_KEY, pem)))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key pair of a curve: " + e.getMessage(), e);
        }
    }

    /// A request for a certificate, signed with the private half: the proof that the device holds it.
    String signingRequest(String serial) {
        try {
            PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(
                    new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, serial).build(), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return pem("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("the request for a certificate of %s cannot be signed".formatted(serial), e);
        }
    }

    /// Whether a certificate is for this key.
    ///
    /// @throws IllegalArgumentException if it is no certificate
    boolean isOf(String certificatePem) {
        try {
            PublicKey certified = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificatePem.getBytes(StandardCharsets.US_ASCII))).getPublicKey();
            return certified.equals(pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no certificate: " + e.getMessage(), e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    private static byte[] der(String type, String pem) {
        Matcher block = Pattern.compile("-----BEGIN " + type + "-----([a-zA-Z0-9+/=\\s]*)-----END " + type + "-----").matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException("no PEM of a " + type);
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
