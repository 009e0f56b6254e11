package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

/// A call of the data plane that is refused, in the words that the caller gets.
final class DataPlaneRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /// @param status of HTTP
    /// @param code   names the exception of the SDK (AWS IoT API reference, "AWS IoT data")
    DataPlaneRefused(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = requireNonNull(code, "code is null");
    }

    static DataPlaneRefused invalid(String message) {
        return new DataPlaneRefused(400, "InvalidRequestException", message);
    }

    static DataPlaneRefused notSimulated(String message) {
        return new DataPlaneRefused(501, "NotSimulated", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
