package dev.millrace.local.iot;

/// A request that the shadow service does not grant.
final class ShadowRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    /// @param code as HTTP's ("Device Shadow error messages")
    ShadowRefused(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }

    /// The exception of the data API.
    String awsName() {
        return switch (code) {
            case 404 -> "ResourceNotFoundException";
            case 409 -> "ConflictException";
            case 413 -> "RequestEntityTooLargeException";
            default -> "InvalidRequestException";
        };
    }
}
