package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// Issues the certificates of the broker and of the devices, with EC P-256 keys. Where AWS has a root of its
/// own for the servers and one for the devices, one authority serves both here.
final class CertificateAuthority {
    /// A key and the certificate of its public half.
    record Issued(PrivateKey key, X509Certificate certificate) {}

    private static final Duration VALIDITY = Duration.ofDays(3650);
    /// A device's clock may be behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final Issued self;
    private final SecureRandom random;
    private final InstantSource clock;

    private CertificateAuthority(Issued self, SecureRandom random, InstantSource clock) {
        this.self = self;
        this.random = random;
        this.clock = clock;
    }

    /// Takes the authority whose files these are, or makes a new one and writes them.
    static CertificateAuthority open(Path certificateFile, Path keyFile, SecureRandom random, InstantSource clock) throws IOException, GeneralSecurityException {
        requireNonNull(random, "random is null");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            X509Certificate certificate = Pem.certificate(certificateFile);
            certificate.checkValidity(Date.from(clock.instant()));
            return new CertificateAuthority(new Issued(Pem.ecKey(keyFile), certificate), random, clock);
        }
        KeyPair keys = newKeys(random);
        var name = new X500Name("CN=Millrace local cloud");
        JcaX509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), random, clock.instant());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            var issued = new Issued(keys.getPrivate(), signed(builder, keys.getPrivate()));
            Pem.write(keyFile, issued.key());
            Pem.write(certificateFile, issued.certificate());
            return new CertificateAuthority(issued, random, clock);
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("certificate of the authority", e);
        }
    }

    X509Certificate certificate() {
        return self.certificate();
    }

    /// For the broker on this machine: `localhost` and 127.0.0.1.
    Issued issueServer() throws IOException, GeneralSecurityException {
        var names = new GeneralNames(new GeneralName[]{new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")});
        return issue("localhost", KeyPurposeId.id_kp_serverAuth, names);
    }

    /// The thing's name in the subject is for people: nothing is decided by it.
    Issued issueDevice(String thing) throws IOException, GeneralSecurityException {
        return issue(thing, KeyPurposeId.id_kp_clientAuth, null);
    }

    /// For a device that made its key itself. Its subject is taken from the request, as AWS does.
    ///
    /// @throws IllegalArgumentException if the request is not signed with the key that it is for, or the key is weak
    X509Certificate sign(PKCS10CertificationRequest request) throws IOException, GeneralSecurityException {
        PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
        requireStrong(key);
        try {
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the signing request is not signed with the key that it is for");
            }
            X500Name subject = request.getSubject().getRDNs().length == 0 ? new X500Name("CN=AWS IoT Certificate") : request.getSubject();
            X500Name issuer = X500Name.getInstance(self.certificate().getSubjectX500Principal().getEncoded());
            JcaX509v3CertificateBuilder builder = builder(issuer, subject, key, random, clock.instant());
            addUsage(builder, KeyPurposeId.id_kp_clientAuth);
            return signed(builder, self.key());
        } catch (OperatorCreationException | PKCSException e) {
            throw new IllegalArgumentException("the signing request cannot be verified: " + e.getMessage(), e);
        }
    }

    /// AWS IoT: RSA of 2048 bits and more, or the curves P-256, P-384 and P-521 ("X.509 client certificates").
    private static void requireStrong(PublicKey key) {
        boolean isStrong = switch (key) {
            case ECPublicKey curve -> curve.getParams().getOrder().bitLength() >= 256;
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2_048;
            default -> false;
        };
        if (!isStrong) {
            throw new IllegalArgumentException("the key must be of a curve of 256 bits or RSA of 2048 bits at least, is " + key.getAlgorithm());
        }
    }

    private static void addUsage(JcaX509v3CertificateBuilder builder, KeyPurposeId purpose) throws IOException {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }

    private Issued issue(String commonName, KeyPurposeId purpose, GeneralNames names) throws IOException, GeneralSecurityException {
        KeyPair keys = newKeys(random);
        X500Name issuer = X500Name.getInstance(self.certificate().getSubjectX500Principal().getEncoded());
        JcaX509v3CertificateBuilder builder = builder(issuer, new X500Name("CN=" + commonName), keys.getPublic(), random, clock.instant());
        addUsage(builder, purpose);
        if (names != null) {
            builder.addExtension(Extension.subjectAlternativeName, false, names);
        }
        try {
            return new Issued(keys.getPrivate(), signed(builder, self.key()));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("certificate of " + commonName, e);
        }
    }

    /// As AWS IoT computes it: SHA-256 of the DER form, in hexadecimal.
    static String certificateId(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has no DER form", e);
        }
    }

    private static KeyPair newKeys(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, SecureRandom random, Instant now) {
        return new JcaX509v3CertificateBuilder(issuer, new BigInteger(127, random).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)), Date.from(now.plus(VALIDITY)), subject, key);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key) throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }
}
