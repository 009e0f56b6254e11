package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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

    /// Makes a certificate that is attached to no thing, in files named `name`, as a claim certificate is.
    ///
    /// @return its id
    synchronized String registerWithoutThing(String name, String policy) throws IOException, GeneralSecurityException {
        CertificateAuthority.Issued issued = written(Names.requireThing(name));
        String id = CertificateAuthority.certificateId(issued.certificate());
        registry.put(List.of(new Registry.Entry(Registry.NO_THING, id, List.of(policy), Registry.Status.ACTIVE)));
        return id;
    }

    private Registry.Entry entry(String thing, String policy) throws IOException, GeneralSecurityException {
        Optional<Registry.Entry> known = registry.ofThing(thing);
        if (known.isPresent() && Files.exists(certificateFile(thing)) && Files.exists(keyFile(thing))) {
            return new Registry.Entry(thing, known.get().certificateId(), List.of(policy), known.get().status());
        }
        String id = CertificateAuthority.certificateId(written(thing).certificate());
        return new Registry.Entry(thing, id, List.of(policy), Registry.Status.ACTIVE);
    }

    private CertificateAuthority.Issued written(String name) throws IOException, GeneralSecurityException {
        CertificateAuthority.Issued issued = authority.issueDevice(name);
        Pem.write(keyFile(name), issued.key());
        Pem.write(certificateFile(name), issued.certificate());
        return issued;
    }

    private Path certificateFile(String name) {
        return certificates.resolve(name + ".cert.pem");
    }

    private Path keyFile(String name) {
        return certificates.resolve(name + ".key.pem");
    }
}
