package dev.millrace.deploy;

import java.io.Serial;

/// A call of AWS brought no answer, or an error.
final class CallFailed extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int FORBIDDEN = 403;

    private final int status;
    private final String code;
    private final String said;

    /// @param call   service and operation
    /// @param status of HTTP; 0 if nothing came
    /// @param code   of AWS; empty if it names none
    /// @param said   what AWS said, or why nothing came
    CallFailed(String call, int status, String code, String said) {
        super(status == 0 ? "%s: %s".formatted(call, said) : "%s: %d %s: %s".formatted(call, status, code, said));
        this.status = status;
        this.code = code;
        this.said = said;
    }

    boolean isOf(String awsCode) {
        return code.equals(awsCode);
    }

    boolean says(String text) {
        return said.contains(text);
    }

    /// There was no answer at all.
    boolean isSilent() {
        return status == 0;
    }

    /// The local cloud has no such service or operation.
    boolean isNotSimulated() {
        return status == NOT_IMPLEMENTED || code.equals("UnknownOperationException");
    }

    /// The caller may not ask.
    boolean isDenied() {
        return status == FORBIDDEN || code.startsWith("AccessDenied");
    }
}
