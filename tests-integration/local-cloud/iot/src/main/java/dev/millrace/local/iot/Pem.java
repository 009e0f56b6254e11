package dev.millrace.local.iot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Certificates and private keys as PEM files. A file with a secret is readable by its owner only.
final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[]{'\n'});
    private static final String CERTIFICATE = "CERTIFICATE";
    /// PKCS#8, as the AWS IoT Device SDK reads it.
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {
    }

    static void write(Path file, X509Certificate certificate) throws IOException, GeneralSecurityException {
        Files.writeString(file, text(certificate));
    }

    static String text(X509Certificate certificate) throws GeneralSecurityException {
        return pem(CERTIFICATE, certificate.getEncoded());
    }

    static void write(Path file, PrivateKey key) throws IOException {
        writeSecret(file, pem(PRIVATE_KEY, key.getEncoded()).getBytes(StandardCharsets.US_ASCII));
    }

    /// Replaces the file; it is never readable by others, not even while it is written.
    static void writeSecret(Path file, byte[] content) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly);
        Files.write(file, content);
    }

    static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    static PrivateKey ecKey(Path file) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
