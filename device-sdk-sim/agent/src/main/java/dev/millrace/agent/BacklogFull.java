package dev.millrace.agent;

/// The journal is full and is to reject what is new. The reading was not taken and has no identity, so it will not
/// show up as missing: the caller decides whether to drop or to wait.
public final class BacklogFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BacklogFull(String thing, long pending, long bytes, long bytesMax) {
        super("%s keeps %d readings that the cloud has not acknowledged, in %d of at most %d bytes: reading not taken".formatted(
                thing, pending, bytes, bytesMax));
    }
}
