package dev.millrace.uplink;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.iot.MqttRequestResponseClientOptions;
import software.amazon.awssdk.crt.iot.StreamingOperation;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.iot.V2ClientStreamOptions;
import software.amazon.awssdk.iot.iotshadow.IotShadowV2Client;
import software.amazon.awssdk.iot.iotshadow.model.GetNamedShadowRequest;
import software.amazon.awssdk.iot.iotshadow.model.NamedShadowUpdatedSubscriptionRequest;
import software.amazon.awssdk.iot.iotshadow.model.ShadowState;
import software.amazon.awssdk.iot.iotshadow.model.ShadowUpdatedEvent;
import software.amazon.awssdk.iot.iotshadow.model.UpdateNamedShadowRequest;
import software.amazon.awssdk.iot.iotshadow.model.V2ErrorResponseException;

/// Keeps a device's settings as its named shadow `config` wishes, over the device's own connection. It asks for the shadow whenever
/// it has connected, and hears of every change of the document; not of the delta alone, because that is silent when a
/// wish is withdrawn.
final class ConfigShadow implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final MqttRequestResponseClientOptions OPTIONS = MqttRequestResponseClientOptions.builder()
            .withMaxRequestResponseSubscriptions(4).withMaxStreamingSubscriptions(1).withOperationTimeoutSeconds(30).build();

    private final String thing;
    private final ConfigState state;
    private final Consumer<String> problems;
    private final IotShadowV2Client client;
    private final StreamingOperation changes;
    private final BooleanSupplier isConnected;
    private volatile boolean isClosed;

    /// @param isConnected whether the MQTT client is
    /// @param apply       hears of each change, on a thread of the network
    /// @param problems    for a person, on a thread of the network
    ConfigShadow(Mqtt5Client mqtt, BooleanSupplier isConnected, String thing, DeviceConfig started, Consumer<DeviceConfig> apply,
            Consumer<String> problems) {
        this.isConnected = isConnected;
        this.thing = thing;
        this.state = new ConfigState(started, apply);
        this.problems = problems;
        this.client = IotShadowV2Client.newFromMqtt5(mqtt, OPTIONS);
        var updated = new NamedShadowUpdatedSubscriptionRequest();
        updated.thingName = thing;
        updated.shadowName = DeviceConfig.SHADOW;
        this.changes = client.createNamedShadowUpdatedStream(updated, V2ClientStreamOptions.<ShadowUpdatedEvent>builder()
                .withStreamEventHandler(this::changed)
                .withDeserializationFailureHandler(event -> problems.accept("shadow config of %s: %s".formatted(thing, event.getCause())))
                .build());
        changes.open();
    }

    /// Asks for the shadow as it is now. Does not wait.
    void ask() {
        var request = new GetNamedShadowRequest();
        request.thingName = thing;
        request.shadowName = DeviceConfig.SHADOW;
        CompletableFuture<Void> _ = client.getNamedShadow(request).handle((answer, failure) -> {
            if (failure == null) {
                state.settle(answer.version, answer.state.desired, answer.state.reported).ifPresent(this::report);
            } else if (isNotFound(failure)) {
                state.settleWithout().ifPresent(this::report);
            } else {
                failed("read, settings stay as they are", failure);
            }
            return null;
        });
    }

    private static boolean isNotFound(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof V2ErrorResponseException refused && refused.getModeledError() != null
                && refused.getModeledError().code != null && refused.getModeledError().code == NOT_FOUND;
    }

    private void changed(ShadowUpdatedEvent event) {
        state.settle(event.current.version, event.current.state.desired, event.current.state.reported).ifPresent(this::report);
    }

    private void report(Map<String, Object> values) {
        if (!values.get(ConfigState.ERROR).equals("")) {
            problems.accept("shadow config of %s is wrong and not applied: %s".formatted(thing, values.get(ConfigState.ERROR)));
        }
        var request = new UpdateNamedShadowRequest();
        request.thingName = thing;
        request.shadowName = DeviceConfig.SHADOW;
        request.state = new ShadowState();
        request.state.reported = new HashMap<>(values);
        try {
            CompletableFuture<Void> _ = client.updateNamedShadow(request).handle((_, failure) -> {
                if (failure != null) {
                    failed("reported", failure);
                }
                return null;
            });
        } catch (CrtRuntimeException e) {
            failed("reported", e);
        }
    }

    /// Without a connection it is no news, and it asks again at the next one.
    private void failed(String what, Throwable failure) {
        if (isConnected.getAsBoolean() && !isClosed) {
            problems.accept("shadow config of %s was not %s: %s".formatted(thing, what, failure.getMessage()));
        }
    }

    /// Before the MQTT client is closed.
    @Override
    public void close() {
        isClosed = true;
        changes.close();
        client.close();
    }
}
