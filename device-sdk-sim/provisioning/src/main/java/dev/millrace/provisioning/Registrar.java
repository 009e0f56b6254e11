package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// Who gives out certificates: AWS IoT, by a provisioning template.
public interface Registrar {
    /// @param certificatePem with the device's public key
    /// @param configuration  what the template tells a device
    record Registered(String thing, String certificateId, String certificatePem, Map<String, String> configuration) {
        public Registered {
            requireNonNull(thing, "thing is null");
            requireNonNull(certificateId, "certificateId is null");
            requireNonNull(certificatePem, "certificatePem is null");
            configuration = Map.copyOf(configuration);
        }
    }

    /// Has a certificate made and the thing of this serial number registered with it. If it fails it may have happened all
    /// the same: the same key may ask again.
    ///
    /// @param signingRequest PEM
    Registered register(String serial, String signingRequest) throws ProvisioningFailed;
}
