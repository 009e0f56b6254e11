package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

/// Why a request is rejected, in the words that whoever asked gets: fleet provisioning ("Device provisioning MQTT API"), shadows
/// ("Device Shadow error messages") and the data plane (AWS IoT API reference, "AWS IoT data").
final class RequestRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final int statusCode;
    private final String errorCode;

    /// @param statusCode of HTTP
    /// @param errorCode  as the answer names it; in the data plane that is the exception of the SDK
    RequestRefused(int statusCode, String errorCode, String message) {
        super(requireNonNull(message, "message is null"));
        this.statusCode = statusCode;
        this.errorCode = requireNonNull(errorCode, "errorCode is null");
    }

    /// The request itself is wrong.
    static RequestRefused invalid(String errorCode, String message) {
        return new RequestRefused(400, errorCode, message);
    }

    int statusCode() {
        return statusCode;
    }

    String errorCode() {
        return errorCode;
    }
}
