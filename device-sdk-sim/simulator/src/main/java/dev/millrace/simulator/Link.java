package dev.millrace.simulator;

import dev.millrace.agent.Notices;
import dev.millrace.agent.Uplink;
import dev.millrace.uplink.Commands;
import dev.millrace.uplink.ConnectionListener;

/// One device's connection, as the fleet needs it.
interface Link extends Uplink, Notices, AutoCloseable {
    /// Makes the link of a thing; it does not connect yet.
    @FunctionalInterface
    interface Maker {
        Link make(String thing, ConnectionListener listener, Commands commands);
    }

    /// Begins to connect.
    void start();

    boolean isConnected();

    /// Loses the network until [#resume].
    void pause();

    void resume();

    /// Begins to disconnect.
    void stop();

    @Override
    void close();
}
