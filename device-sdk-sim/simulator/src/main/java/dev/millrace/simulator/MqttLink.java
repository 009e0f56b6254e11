package dev.millrace.simulator;

import dev.millrace.agent.LostReadings;
import dev.millrace.uplink.Commands;
import dev.millrace.uplink.ConnectionListener;
import dev.millrace.uplink.MqttSettings;
import dev.millrace.uplink.MqttUplink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The link of real runs.
record MqttLink(MqttUplink uplink) implements Link {
    /// Short, because people watch a simulation; a real device takes its time, see [MqttSettings#of].
    private static final Duration RECONNECT_MAX = Duration.ofSeconds(8);
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(15);

    static MqttLink of(SimulationSettings settings, String thing, ConnectionListener listener, Commands commands) {
        MqttSettings mqtt = MqttSettings.of(settings.endpoint(), settings.port(), thing, settings.profile().name(), settings.rule(),
                settings.caFile(), settings.certFile(thing), settings.keyFile(thing), settings.format().codec());
        return new MqttLink(new MqttUplink(
                mqtt.withReconnect(mqtt.reconnectMin(), RECONNECT_MAX).withAckTimeout(ACK_TIMEOUT).withNoticesRule(settings.noticesRule()), listener, commands));
    }

    @Override
    public CompletableFuture<Void> publish(byte[] payload) {
        return uplink.publish(payload);
    }

    @Override
    public CompletableFuture<Void> lost(LostReadings lost) {
        return uplink.lost(lost);
    }

    @Override
    public void start() {
        uplink.start();
    }

    @Override
    public boolean isConnected() {
        return uplink.isConnected();
    }

    @Override
    public void pause() {
        uplink.pause();
    }

    @Override
    public void resume() {
        uplink.resume();
    }

    @Override
    public void stop() {
        uplink.stop();
    }

    @Override
    public void close() {
        uplink.close();
    }
}
