package dev.millrace.agent;

/// The agent keeps as many unacknowledged readings as it may. The reading was not taken and has no identity, so
/// it will not show up as missing: the caller decides whether to drop or to wait.
public final class BacklogFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BacklogFull(String thing, int readingsMax) {
        super("%s keeps %d readings that the cloud has not acknowledged, its most: reading not taken".formatted(thing, readingsMax));
    }
}
