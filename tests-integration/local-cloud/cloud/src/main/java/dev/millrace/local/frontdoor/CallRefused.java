package dev.millrace.local.frontdoor;

import static java.util.Objects.requireNonNull;

/// A call that a [CallGate] does not let pass, in the words that the caller gets.
public final class CallRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /// @param status of HTTP, 400 to 599; AWS SDKs try again on 500 and more
    /// @param code   of the service's error, `AccessDeniedException`
    public CallRefused(int status, String code, String message) {
        super(requireNonNull(message, "message is null"));
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status not in 400..599: " + status);
        }
        this.status = status;
        this.code = requireNonNull(code, "code is null");
    }

    AwsError error() {
        return new AwsError(status, code, getMessage());
    }
}
