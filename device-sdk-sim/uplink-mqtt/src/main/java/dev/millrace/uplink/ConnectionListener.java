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

    /// Another client connected under this thing's name, and the broker dropped this one; the next attempt comes by itself,
    /// but not soon. Two devices have the same certificate, or this program runs twice.
    ///
    /// @param problem thing, host, port and how long it stays away, for a person
    default void takenOver(String problem) {
        disconnected(problem);
    }

    /// Commands cannot be heard, or one of them made no sense. Publishing goes on.
    ///
    /// @param problem what was expected and what came, for a person
    default void commandRefused(String problem) {
        // a device that gives no commands a way has none to refuse
    }
}
