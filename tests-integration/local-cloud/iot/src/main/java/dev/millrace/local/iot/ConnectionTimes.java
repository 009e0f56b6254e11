package dev.millrace.local.iot;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;

/// Tells [ConnectionMinutes] of the clients that the broker lets in and loses.
final class ConnectionTimes implements ClientLifecycleEventListener {
    private final ConnectionMinutes minutes;

    ConnectionTimes(ConnectionMinutes minutes) {
        this.minutes = minutes;
    }

    @Override
    public void onMqttConnectionStart(ConnectionStartInput input) {
        // it may still be refused
    }

    @Override
    public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
        minutes.connected(input.getClientInformation().getClientId());
    }

    @Override
    public void onDisconnect(DisconnectEventInput input) {
        minutes.disconnected(input.getClientInformation().getClientId());
    }
}
