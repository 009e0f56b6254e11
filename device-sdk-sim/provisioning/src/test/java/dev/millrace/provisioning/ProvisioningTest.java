package dev.millrace.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisioningTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Provisioning.Trial WORKS = identity -> assertThat(identity.keyFile()).isReadable();

    @TempDir
    private Path folder;
    private final FakeCloud cloud = new FakeCloud();

    /// The machine lost its power.
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aDeviceGetsACertificateForAKeyThatOnlyItsOwnerMayRead() throws Exception {
        DeviceIdentity identity = provisioning().provision("SN-1", cloud.overClaim());

        Path home = folder.resolve("device/" + identity.certificateId());
        assertThat(identity).isEqualTo(new DeviceIdentity("SN-1", "truck-7", "truck", "telemetry", "notices", "%064x".formatted(1),
                home.resolve("truck-7.cert.pem"), home.resolve("truck-7.key.pem")));
        assertThat(store().current()).contains(identity);
        assertThat(Files.readString(identity.keyFile())).startsWith("-----BEGIN PRIVATE KEY-----").doesNotContain("PUBLIC");
        assertThat(folder.resolve("device/pending.key.pem")).doesNotExist();
        assertOwnerOnly();
    }

    @Test
    void aCloudThatNamesNoRuleForNoticesAndADirectoryFromBeforeThereWereAnyGiveNone() throws Exception {
        cloud.tell(Map.of("type", "truck", "rule", "telemetry"));
        DeviceIdentity identity = provisioning().provision("SN-1", cloud.overClaim());
        assertThat(identity.noticesRule()).isEmpty();

        Path properties = identity.certFile().resolveSibling("identity.properties");
        Files.write(properties, Files.readAllLines(properties).stream().filter(line -> !line.startsWith("noticesRule")).toList());

        assertThat(store().current()).contains(identity);
    }

    @Test
    void aRenewalTakesANewKeyAndKeepsTheOldFilesForWhoHasThemOpen() throws Exception {
        DeviceIdentity before = provisioning().provision("SN-1", cloud.overClaim());
        DeviceIdentity after = provisioning().renew(cloud.overOwn(), WORKS);

        assertThat(store().current()).contains(after);
        assertThat(after.thing()).isEqualTo(before.thing());
        assertThat(after.certificateId()).isNotEqualTo(before.certificateId());
        assertThat(cloud.keys()).doesNotHaveDuplicates();
        assertThat(before.keyFile()).isReadable();

        provisioning().renew(cloud.overOwn(), WORKS);
        assertThat(before.keyFile()).as("two renewals ago").doesNotExist();
        assertThat(after.keyFile()).isReadable();
    }

    @Test
    void aNewCertificateThatTheCloudDoesNotTakeIsNotUsed() throws Exception {
        DeviceIdentity before = provisioning().provision("SN-1", cloud.overClaim());

        assertThatThrownBy(() -> provisioning().renew(cloud.overOwn(), _ -> {
            throw new ProvisioningFailed("refused");
        })).isInstanceOf(ProvisioningFailed.class);
        assertThat(store().current()).contains(before);
        provisioning().renew(cloud.overOwn(), WORKS);
        assertThat(cloud.keys()).hasSize(3).element(1).as("the same key asked again").isEqualTo(cloud.keys().get(2));
    }

    @Test
    void anAnswerThatWasLostIsAskedForAgainByTheSameKey() throws Exception {
        cloud.loseAnswers(true);
        assertThatThrownBy(() -> provisioning().provision("SN-1", cloud.overClaim())).hasMessage("no answer");
        cloud.loseAnswers(false);

        provisioning().provision("SN-1", cloud.overClaim());
        assertThat(cloud.keys()).hasSize(2).containsOnly(cloud.keys().getFirst());
    }

    @Test
    void aCrashAtAnyStepOfAProvisioningLeavesNothingOrAPairThatWorksAndTheNextRunEndsWell() throws Exception {
        Path all = folder;
        int steps = 0;
        for (boolean crashed = true; crashed; steps++) {
            folder = Files.createDirectory(all.resolve("after-" + steps));
            var fresh = new FakeCloud();
            crashed = crashes(steps, store -> new Provisioning(store, RANDOM).provision("SN-1", fresh.overClaim()));

            Optional<DeviceIdentity> left = store().current();
            if (left.isPresent()) {
                assertUsable(left.get(), fresh);
            } else {
                assertUsable(provisioning().provision("SN-1", fresh.overClaim()), fresh);
            }
            assertOwnerOnly();
        }
        assertThat(steps).as("steps of a provisioning").isGreaterThan(8);
    }

    @Test
    void aCrashAtAnyStepOfARenewalLeavesTheOldPairOrTheNewOneAndTheNextRunEndsWell() throws Exception {
        Path all = folder;
        int steps = 0;
        for (boolean crashed = true; crashed; steps++) {
            folder = Files.createDirectory(all.resolve("after-" + steps));
            var fresh = new FakeCloud();
            provisioning().provision("SN-1", fresh.overClaim());
            DeviceIdentity before = provisioning().renew(fresh.overOwn(), WORKS);
            String keyBefore = Files.readString(before.keyFile());
            crashed = crashes(steps, store -> new Provisioning(store, RANDOM).renew(fresh.overOwn(), WORKS));

            DeviceIdentity left = store().current().orElseThrow();
            assertUsable(left, fresh);
            assertThat(before.keyFile()).as("after a crash the old pair is there still").isReadable();
            DeviceIdentity after = provisioning().renew(fresh.overOwn(), WORKS);
            assertUsable(after, fresh);
            assertThat(Files.readString(after.keyFile())).isNotEqualTo(keyBefore);
            assertOwnerOnly();
        }
        assertThat(steps).as("steps of a renewal").isGreaterThan(10);
    }

    @Test
    void aCertificateForAnotherKeyIsRefused() {
        String foreign = cloud.certificate(DeviceKey.generate(RANDOM).pair().getPublic());

        assertThatThrownBy(() -> provisioning().provision("SN-1", (_, _) -> new Registrar.Registered("truck-7", "ab".repeat(32), foreign,
                Map.of("type", "truck", "rule", "telemetry")))).isInstanceOf(ProvisioningFailed.class).hasMessageContaining("not for the key of this device");
    }

    @Test
    void wordsOfTheCloudThatCouldLeadOutOfTheDirectoryAreRefused() throws IOException {
        for (String[] words : new String[][] {{"../truck", "ab".repeat(32), "rule"}, {"truck-7", "..", "rule"}, {"truck-7", "ab".repeat(32), "a/b"},
            {"truck-7", "ab".repeat(32), "rule", "a/b"}}) {
            assertThatThrownBy(() -> provisioning().provision("SN-1", (serial, request) -> {
                Registrar.Registered real = cloud.overClaim().register(serial, request);
                return new Registrar.Registered(words[0], words[1], real.certificatePem(), Map.of("type", "truck", "rule", words[2], "noticesRule", words.length > 3 ? words[3] : "notices"));
            })).isInstanceOf(ProvisioningFailed.class).hasMessageContaining("cannot be used");
        }
        assertThat(store().current()).isEmpty();
    }

    @Test
    void theCloudCannotMakeAnotherThingOfADeviceByARenewal() throws Exception {
        DeviceIdentity before = provisioning().provision("SN-1", cloud.overClaim());

        assertThatThrownBy(() -> provisioning().renew((serial, request) -> {
            Registrar.Registered real = cloud.overOwn().register(serial, request);
            return new Registrar.Registered("truck-8", real.certificateId(), real.certificatePem(), real.configuration());
        }, WORKS)).hasMessageContaining("truck-8, not truck-7");
        assertThat(store().current()).contains(before);
    }

    @Test
    void aDeviceIsProvisionedOnceAndRenewedOnlyAfterwards() throws Exception {
        assertThatIllegalStateException().isThrownBy(() -> provisioning().renew(cloud.overOwn(), WORKS));
        provisioning().provision("SN-1", cloud.overClaim());

        assertThatIllegalStateException().isThrownBy(() -> provisioning().provision("SN-1", cloud.overClaim()));
    }

    @Test
    void aPendingKeyThatIsBrokenIsNamed() throws IOException {
        store();
        Files.writeString(folder.resolve("device/pending.key.pem"), "torn");

        assertThatThrownBy(() -> provisioning().provision("SN-1", cloud.overClaim())).isInstanceOf(IOException.class).hasMessageContaining("pending.key.pem");
    }

    @FunctionalInterface
    private interface Run {
        void with(IdentityStore store) throws Exception;
    }

    /// @return whether the run came to the step at which it crashes
    private boolean crashes(int atStep, Run run) throws Exception {
        int[] left = {atStep};
        try {
            run.with(new IdentityStore(folder.resolve("device"), () -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            }));
            return false;
        } catch (Crash _) {
            return true;
        }
    }

    private IdentityStore store() throws IOException {
        return new IdentityStore(folder.resolve("device"));
    }

    private Provisioning provisioning() throws IOException {
        return new Provisioning(store(), RANDOM);
    }

    private void assertUsable(DeviceIdentity identity, FakeCloud granting) throws IOException {
        assertThat(store().current()).contains(identity);
        String certificate = Files.readString(identity.certFile());
        assertThat(granting.keys()).as("a key that the cloud knows").anySatisfy(key -> {
            DeviceKey whole = DeviceKey.parse(Files.readString(identity.keyFile()) + pem(key));
            assertThat(whole.isOf(certificate)).isTrue();
            assertThat(whole.signingRequest("SN-1")).isNotEmpty();
        });
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    private void assertOwnerOnly() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("device"))) {
            for (Path each : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each, LinkOption.NOFOLLOW_LINKS))).as(each.toString())
                        .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
            }
        }
    }
}
