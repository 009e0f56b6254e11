package dev.millrace.provisioning;

import static java.util.Objects.requireNonNull;

/// The device has no (new) certificate. Nothing of what it had is changed, and it may try again.
public final class ProvisioningFailed extends Exception {
    private static final long serialVersionUID = 1;

    /// @param message for a person: what was asked for, and what came
    public ProvisioningFailed(String message) {
        super(requireNonNull(message, "message is null"));
    }

    public ProvisioningFailed(String message, Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
    }
}
