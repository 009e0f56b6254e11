package dev.millrace.local.frontdoor;

/// Is told of each call when it has been answered. Called from many threads at once; must not block.
@FunctionalInterface
public interface CallListener {
    /// @param status the HTTP status that the caller got, or -1 if the connection broke before one was sent
    void answered(Call call, int status);
}
