package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/// Where a device keeps its keys and certificates:
///
/// ```
/// DIRECTORY/pending.key.pem            a key that has no certificate yet
/// DIRECTORY/<certificate id>/          <thing>.cert.pem, <thing>.key.pem, identity.properties
/// DIRECTORY/current                    symbolic link to one of these
/// ```
///
/// Key and certificate are in one directory, which appears whole or not at all, and `current` changes from one to the next
/// in a single step. So a crash at any point leaves the pair that was there, or the new one. The key is on disk before it
/// is asked for a certificate, and stays until that is there: what the cloud may have granted to a key that crashed is
/// asked for again by the same key.
public final class IdentityStore {
    private static final String CURRENT = "current";
    private static final String PENDING_KEY = "pending.key.pem";
    private static final String PROPERTIES = "identity.properties";
    /// Not there in a directory or a template from before there were notices.
    private static final String NOTICES_RULE = "noticesRule";
    /// Of what is not complete.
    private static final String NEXT = ".next";

    private final Path directory;
    private final Runnable beforeEachStep;

    /// Makes the directory if it is not there; nobody but its owner may read it then.
    public IdentityStore(Path directory) throws IOException {
        this(directory, () -> { });
    }

    /// @param beforeEachStep runs before each change of the directory; a test lets it crash there
    IdentityStore(Path directory, Runnable beforeEachStep) throws IOException {
        this.directory = requireNonNull(directory, "directory is null").toAbsolutePath();
        this.beforeEachStep = requireNonNull(beforeEachStep, "beforeEachStep is null");
        OwnerOnly.createDirectories(this.directory);
    }

    /// The identity that the device has; its files stay where they are when a new one comes.
    ///
    /// @throws IOException if it is there but cannot be read
    public Optional<DeviceIdentity> current() throws IOException {
        Path home;
        try {
            home = directory.resolve(CURRENT).toRealPath();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve(PROPERTIES))) {
            properties.load(reader);
        }
        try {
            String thing = properties.getProperty("thing");
            return Optional.of(new DeviceIdentity(properties.getProperty("serial"), thing, properties.getProperty("type"), properties.getProperty("rule"),
                    properties.getProperty(NOTICES_RULE, ""), properties.getProperty("certificate"), certFile(home, thing), keyFile(home, thing)));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(home.resolve(PROPERTIES), e.getMessage()), e);
        }
    }

    /// The key that is to get a certificate: the one that was left over, or a new one.
    DeviceKey pendingKey(SecureRandom random) throws IOException {
        Path file = directory.resolve(PENDING_KEY);
        if (Files.exists(file)) {
            String pem = Files.readString(file);
            if (!isInUse(pem)) {
                return parsed(file, pem);
            }
            // the crash came after the key's certificate was taken into use
            step();
            Files.delete(file);
        }
        DeviceKey key = DeviceKey.generate(random);
        Path next = directory.resolve(PENDING_KEY + NEXT);
        step();
        Files.deleteIfExists(next);
        step();
        OwnerOnly.write(next, key.pem());
        step();
        OwnerOnly.move(next, file);
        return key;
    }

    private static DeviceKey parsed(Path file, String pem) throws IOException {
        try {
            return DeviceKey.parse(pem);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private boolean isInUse(String pem) throws IOException {
        Optional<DeviceIdentity> identity = current();
        return identity.isPresent() && pem.startsWith(Files.readString(identity.get().keyFile()));
    }

    /// Lays a pair down beside the current one, whole. It is not the current one yet.
    ///
    /// @throws IllegalArgumentException if the cloud's words make no identity
    DeviceIdentity add(String serial, DeviceKey key, Registrar.Registered registered) throws IOException {
        Path home = directory.resolve(registered.certificateId());
        Map<String, String> told = registered.configuration();
        var identity = new DeviceIdentity(serial, registered.thing(), told.get("type"), told.get("rule"), told.getOrDefault(NOTICES_RULE, ""),
                registered.certificateId(), certFile(home, registered.thing()), keyFile(home, registered.thing()));
        Path next = directory.resolve(registered.certificateId() + NEXT);
        delete(next);
        step();
        OwnerOnly.createDirectory(next);
        step();
        OwnerOnly.write(certFile(next, identity.thing()), registered.certificatePem());
        step();
        OwnerOnly.write(keyFile(next, identity.thing()), key.privatePem());
        step();
        // all of these are letters, digits, hyphens and underscores
        OwnerOnly.write(next.resolve(PROPERTIES), "serial=%s%nthing=%s%ntype=%s%nrule=%s%n%s=%s%ncertificate=%s%n"
                .formatted(serial, identity.thing(), identity.type(), identity.rule(), NOTICES_RULE, identity.noticesRule(), identity.certificateId()));
        OwnerOnly.force(next);
        delete(home);
        step();
        OwnerOnly.move(next, home);
        return identity;
    }

    /// Makes a pair that was laid down the current one. The one before it stays, older ones are deleted.
    void use(DeviceIdentity identity) throws IOException {
        Set<String> kept = new HashSet<>(Set.of(identity.certificateId()));
        current().ifPresent(before -> kept.add(before.certificateId()));
        Path link = directory.resolve(CURRENT + NEXT);
        Files.deleteIfExists(link);
        step();
        Files.createSymbolicLink(link, Path.of(identity.certificateId()));
        step();
        OwnerOnly.move(link, directory.resolve(CURRENT));
        step();
        Files.deleteIfExists(directory.resolve(PENDING_KEY));
        for (Path other : directories()) {
            if (!kept.contains(other.getFileName().toString())) {
                delete(other);
            }
        }
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)).toList();
        }
    }

    private void step() {
        beforeEachStep.run();
    }

    private void delete(Path tree) throws IOException {
        if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    step();
                    Files.delete(each);
                }
            }
        }
    }

    private static Path certFile(Path home, String thing) {
        return home.resolve(thing + ".cert.pem");
    }

    private static Path keyFile(Path home, String thing) {
        return home.resolve(thing + ".key.pem");
    }
}
