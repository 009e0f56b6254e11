package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import dev.millrace.events.Names;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a client in: its certificate must be registered and active, and a policy must allow `iot:Connect`
/// with its client id. User name and password play no role: the device SDK sends its version in them. AWS cuts
/// off an unknown certificate during the TLS handshake already; here only a foreign authority is cut off there.
final class ConnectGate implements SimpleAuthenticator {
    /// AWS IoT Core: not adjustable.
    static final int CLIENT_ID_BYTES_MAX = 128;
    private static final Logger LOG = LoggerFactory.getLogger(ConnectGate.class);

    private final Authority authority;
    private final Metrics metrics;

    ConnectGate(Authority authority, Metrics metrics) {
        this.authority = requireNonNull(authority, "authority is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket packet = input.getConnectPacket();
        String clientId = packet.getClientId();
        String certificateId = certificateId(input.getConnectionInformation());
        if (packet.getMqttVersion() == MqttVersion.V_3_1) {
            refuse(output, clientId, ConnackReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQTT 3.1 is not supported, 3.1.1 and 5 are");
        } else if (clientId.getBytes(StandardCharsets.UTF_8).length > CLIENT_ID_BYTES_MAX || clientId.startsWith("$")) {
            refuse(output, clientId, ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "a client id has at most %d bytes and does not begin with $".formatted(CLIENT_ID_BYTES_MAX));
        } else if (!authority.knows(certificateId)) {
            refuse(output, clientId, ConnackReasonCode.NOT_AUTHORIZED, "certificate %s is unknown or inactive".formatted(certificateId));
        } else if (!authority.allows(certificateId, clientId, Operation.CONNECT, clientId)) {
            refuse(output, clientId, ConnackReasonCode.NOT_AUTHORIZED, "no policy of certificate %s allows iot:Connect".formatted(certificateId));
        } else if (packet.getWillPublish().isPresent()) {
            refuse(output, clientId, ConnackReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "a will message is not simulated");
        } else {
            metrics.count(Metrics.Total.CONNECT_SUCCESS);
            metrics.bill(Metrics.Billed.MESSAGES, 0);
            output.authenticateSuccessfully();
        }
    }

    private void refuse(SimpleAuthOutput output, String clientId, ConnackReasonCode code, String why) {
        long count = metrics.count(code == ConnackReasonCode.NOT_AUTHORIZED ? Metrics.Total.CONNECT_AUTH_ERROR : Metrics.Total.CONNECT_CLIENT_ERROR);
        if (Metrics.worthALine(count)) {
            LOG.warn("connect of client {} refused ({} such so far): {}", Names.shown(clientId), count, why);
        }
        output.failAuthentication(code, why);
    }

    /// The id of the certificate with which the connection was made; no certificate has the empty id.
    static String certificateId(ConnectionInformation connection) {
        Optional<X509Certificate> certificate = connection.getClientTlsInformation().flatMap(ClientTlsInformation::getClientCertificate);
        return certificate.map(CertificateAuthority::certificateId).orElse("");
    }
}
