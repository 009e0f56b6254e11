package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Claim;
import java.io.IOException;
import java.security.SecureRandom;

/// The steps of a provisioning and of a renewal. Both may be cut off anywhere and begun again: the key is written down
/// before it is asked with, and asks again until its certificate is written down too.
public final class Provisioning {
    /// Shows that the cloud takes a certificate, by connecting with it.
    @FunctionalInterface
    public interface Trial {
        /// Returns if it does.
        void connect(DeviceIdentity identity) throws ProvisioningFailed, InterruptedException;
    }

    private final IdentityStore store;
    private final SecureRandom random;

    public Provisioning(IdentityStore store, SecureRandom random) {
        this.store = requireNonNull(store, "store is null");
        this.random = requireNonNull(random, "random is null");
    }

    /// Gets the device its first certificate.
    ///
    /// @param registrar over a connection with a claim certificate, under [Claim#clientId]
    /// @throws IllegalStateException if the device has a certificate: then it renews it
    public DeviceIdentity provision(String serial, Registrar registrar) throws IOException, ProvisioningFailed {
        if (store.current().isPresent()) {
            throw new IllegalStateException("the device is provisioned already");
        }
        DeviceIdentity identity = next(Claim.requireSerial(serial), registrar);
        store.use(identity);
        return identity;
    }

    /// Gets the device a certificate for a new key. The old one is used until the cloud has taken the new one, and still
    /// works afterwards: revoking it is the cloud's part.
    ///
    /// @param registrar over a connection of the thing itself
    /// @throws IllegalStateException if the device has no certificate
    public DeviceIdentity renew(Registrar registrar, Trial trial) throws IOException, ProvisioningFailed, InterruptedException {
        DeviceIdentity before = store.current().orElseThrow(() -> new IllegalStateException("the device is not provisioned"));
        DeviceIdentity identity = next(before.serial(), registrar);
        if (!identity.thing().equals(before.thing())) {
            throw new ProvisioningFailed("the cloud made another thing of serial number %s: %s, not %s".formatted(before.serial(), identity.thing(), before.thing()));
        }
        trial.connect(identity);
        store.use(identity);
        return identity;
    }

    private DeviceIdentity next(String serial, Registrar registrar) throws IOException, ProvisioningFailed {
        DeviceKey key = store.pendingKey(random);
        Registrar.Registered registered = registrar.register(serial, key.signingRequest(serial));
        try {
            if (!key.isOf(registered.certificatePem())) {
                throw new ProvisioningFailed("certificate %s is not for the key of this device".formatted(registered.certificateId()));
            }
            return store.add(serial, key, registered);
        } catch (IllegalArgumentException e) {
            throw new ProvisioningFailed("what the cloud answered for serial number %s cannot be used: %s".formatted(serial, e.getMessage()), e);
        }
    }
}
