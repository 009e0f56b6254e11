package dev.millrace.local;

import java.io.IOException;

/// A fixed port that something else holds.
public final class PortInUse extends IOException {
    private static final long serialVersionUID = 1;

    private final int port;
    private final String setting;

    /// @param setting the setting that chooses another port
    PortInUse(int port, String setting, Throwable cause) {
        super("port %d on 127.0.0.1 is in use: end what holds it, or choose another with %s (0 takes any free one)".formatted(port, setting), cause);
        this.port = port;
        this.setting = setting;
    }

    public int port() {
        return port;
    }

    /// The name of the member of [LocalCloud.Settings] that chooses another port.
    public String setting() {
        return setting;
    }
}
