package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Registers things: each gets a certificate, in files named after the thing, and a place in the registry.
final class Things {
    private final Path certificates;
    private final CertificateAuthority authority;
    private final Registry registry;

    /// @param certificates the directory of the PEM files
    Things(Path certificates, CertificateAuthority authority, Registry registry) {
        this.certificates = requireNonNull(certificates, "certificates is null");
        this.authority = requireNonNull(authority, "authority is null");
        this.registry = requireNonNull(registry, "registry is null");
    }

    Path certificates() {
        return certificates;
    }

    /// A thing that is registered keeps its certificate and its status, and gets this policy in place of what
    /// it had. Files are written before the registry: a crash leaves files that are made anew, never a
    /// registered thing without them.
    synchronized void register(List<String> things, String policy) throws IOException, GeneralSecurityException {
        List<Registry.Entry> changed = new ArrayList<>();
        for (String thing : things) {
            Registry.Entry entry = entry(thing, policy);
            if (!registry.ofThing(thing).equals(Optional.of(entry))) {
                changed.add(entry);
            }
        }
        registry.put(changed);
    }

    private Registry.Entry entry(String thing, String policy) throws IOException, GeneralSecurityException {
        Path certificateFile = certificates.resolve(thing + ".cert.pem");
        Path keyFile = certificates.resolve(thing + ".key.pem");
        Optional<Registry.Entry> known = registry.ofThing(thing);
        if (known.isPresent() && Files.exists(certificateFile) && Files.exists(keyFile)) {
            return new Registry.Entry(thing, known.get().certificateId(), List.of(policy), known.get().status());
        }
        CertificateAuthority.Issued issued = authority.issueDevice(thing);
        X509Certificate certificate = issued.certificate();
        Pem.write(keyFile, issued.key());
        Pem.write(certificateFile, certificate);
        return new Registry.Entry(thing, CertificateAuthority.certificateId(certificate), List.of(policy), Registry.Status.ACTIVE);
    }
}
