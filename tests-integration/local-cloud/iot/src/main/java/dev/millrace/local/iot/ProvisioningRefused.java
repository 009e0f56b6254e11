package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

/// Why a request for provisioning was rejected, in the shape that AWS IoT gives it ("Device provisioning MQTT API").
final class ProvisioningRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final int statusCode;
    private final String errorCode;

    ProvisioningRefused(int statusCode, String errorCode, String message) {
        super(requireNonNull(message, "message is null"));
        this.statusCode = statusCode;
        this.errorCode = requireNonNull(errorCode, "errorCode is null");
    }

    /// The request itself is wrong.
    static ProvisioningRefused invalid(String errorCode, String message) {
        return new ProvisioningRefused(400, errorCode, message);
    }

    int statusCode() {
        return statusCode;
    }

    String errorCode() {
        return errorCode;
    }
}
