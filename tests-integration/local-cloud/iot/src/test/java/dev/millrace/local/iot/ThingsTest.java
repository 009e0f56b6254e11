package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThingsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T00:00:00Z"));

    @TempDir
    private Path directory;
    private Path registryFile;

    @BeforeEach
    void paths() {
        registryFile = directory.resolve("registry.json");
    }

    @Test
    void aThingGetsAKeyAndACertificateOfTheAuthority() throws IOException, GeneralSecurityException {
        things().register(List.of("truck-1"), "device");

        X509Certificate certificate = Pem.certificate(directory.resolve("truck-1.cert.pem"));
        X509Certificate authority = Pem.certificate(directory.resolve("ca.pem"));
        certificate.verify(authority.getPublicKey());
        assertThat(certificate.getPublicKey()).isInstanceOfSatisfying(ECPublicKey.class,
                key -> assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256));
        Signature signing = Signature.getInstance("SHA256withECDSA");
        signing.initSign(Pem.ecKey(directory.resolve("truck-1.key.pem")));
        Signature verifying = Signature.getInstance("SHA256withECDSA");
        verifying.initVerify(certificate);
        assertThat(verifying.verify(signing.sign())).as("the key belongs to the certificate").isTrue();
    }

    @Test
    void theCertificateIdIsTheHashOfTheDerForm() throws IOException, GeneralSecurityException {
        things().register(List.of("truck-1"), "device");

        byte[] der = Pem.certificate(directory.resolve("truck-1.cert.pem")).getEncoded();
        String expected = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        assertThat(Registry.open(registryFile).ofThing("truck-1")).hasValueSatisfying(
                entry -> assertThat(entry).isEqualTo(new Registry.Entry("truck-1", expected, List.of("device"), Registry.Status.ACTIVE)));
        assertThat(Registry.open(registryFile).ofCertificate(expected)).isPresent();
    }

    @Test
    void onlyItsOwnerMayReadAPrivateKey() throws IOException, GeneralSecurityException {
        things().register(List.of("truck-1"), "device");

        for (String file : List.of("truck-1.key.pem", "ca.key.pem")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)))).as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void aSecondStartUsesWhatIsThere() throws IOException, GeneralSecurityException {
        things().register(List.of("truck-1"), "device");
        byte[] authority = Files.readAllBytes(directory.resolve("ca.pem"));
        byte[] certificate = Files.readAllBytes(directory.resolve("truck-1.cert.pem"));

        things().register(List.of("truck-1", "truck-2"), "device");

        assertThat(directory.resolve("ca.pem")).hasBinaryContent(authority);
        assertThat(directory.resolve("truck-1.cert.pem")).hasBinaryContent(certificate);
        Pem.certificate(directory.resolve("truck-2.cert.pem")).verify(Pem.certificate(directory.resolve("ca.pem")).getPublicKey());
    }

    @Test
    void aDeactivatedCertificateStaysSo() throws IOException, GeneralSecurityException {
        things().register(List.of("truck-1"), "device");
        Files.writeString(registryFile, Files.readString(registryFile).replace("\"ACTIVE\"", "\"INACTIVE\""));

        things().register(List.of("truck-1"), "device");

        assertThat(Registry.open(registryFile).ofThing("truck-1").orElseThrow().status()).isEqualTo(Registry.Status.INACTIVE);
    }

    @Test
    void aBrokenRegistryIsNamed() throws IOException {
        Files.writeString(registryFile, "{\"certificates\":[{\"thing\":\"a\",\"certificateId\":\"zz\",\"policies\":[],\"status\":\"ACTIVE\"}]}");

        assertThatThrownBy(() -> Registry.open(registryFile)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("certificateId of a: expected 64 hexadecimal digits, is 'zz'");
    }

    private Things things() throws IOException, GeneralSecurityException {
        CertificateAuthority authority = CertificateAuthority.open(
                directory.resolve("ca.pem"), directory.resolve("ca.key.pem"), new SecureRandom(), CLOCK);
        return new Things(directory, authority, Registry.open(registryFile));
    }
}
