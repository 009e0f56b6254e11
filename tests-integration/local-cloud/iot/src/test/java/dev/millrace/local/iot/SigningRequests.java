package dev.millrace.local.iot;

import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// What a device makes before it asks for a certificate.
final class SigningRequests {
    private SigningRequests() {
    }

    static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static String pem(KeyPair keys) throws Exception {
        return pem(keys, keys);
    }

    /// Signed with the private half of another pair, if one is given.
    static String pem(KeyPair keys, KeyPair signer) throws Exception {
        String algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        var request = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=SN-1"), keys.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()));
        var text = new StringWriter();
        try (var pem = new JcaPEMWriter(text)) {
            pem.writeObject(request);
        }
        return text.toString();
    }
}
