package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;

/// Who asks: the client id of the connection, and the things to which its certificate is attached.
record Caller(String clientId, Set<String> things) {
    Caller {
        requireNonNull(clientId, "clientId is null");
        things = Set.copyOf(things);
    }

    /// The thing of this connection. Policy variables of a thing resolve only if the certificate is attached
    /// to the thing and the client id is the thing's name (AWS IoT developer guide, "Thing policy variables").
    Optional<String> thing() {
        return things.contains(clientId) ? Optional.of(clientId) : Optional.empty();
    }
}
