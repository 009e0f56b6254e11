package dev.millrace.uplink;

/// Hears how the connection of one device fares. Called on threads of the network: must return at once and never
/// wait for a publish.
public interface ConnectionListener {
    /// @param sessionRejoined whether the broker still knew the session
    void connected(boolean sessionRejoined);

    /// An attempt to connect failed; the next one comes by itself.
    ///
    /// @param problem thing, host, port and the reason, for a person
    void connectFailed(String problem);

    /// The connection ended; the next attempt comes by itself.
    ///
    /// @param problem thing, host, port and the reason, for a person
    void disconnected(String problem);
}
