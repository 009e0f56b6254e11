package dev.millrace.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.events.PackCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;

class MqttUplinkTest {
    private static final ConnectionListener SILENT = new ConnectionListener() {
        @Override
        public void connected(boolean sessionRejoined) {
            throw new AssertionError("nobody listens, yet it connected");
        }

        @Override
        public void connectFailed(String problem) {
            throw new AssertionError(problem);
        }

        @Override
        public void disconnected(String problem) {
            throw new AssertionError(problem);
        }
    };

    @TempDir
    private Path folder;

    private MqttUplink uplink(String ca, String cert, String key) {
        return new MqttUplink(MqttSettings.of("localhost", 8883, "truck-1", "truck", "rule", folder.resolve(ca), folder.resolve(cert),
                folder.resolve(key), PackCodec.jsonV1()), SILENT);
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), "");
        Files.writeString(folder.resolve("cert.pem"), "");

        assertThatIllegalArgumentException().isThrownBy(() -> uplink("none.pem", "cert.pem", "key.pem"))
                .withMessage("CA file is missing or not readable: " + folder.resolve("none.pem"));
        assertThatIllegalArgumentException().isThrownBy(() -> uplink("ca.pem", "cert.pem", "key.pem"))
                .withMessage("private key file is missing or not readable: " + folder.resolve("key.pem"));
    }

    @Test
    void aFileThatIsNoPemIsRefusedWithTheFilesAndTheReason() throws Exception {
        for (String name : new String[] {"ca.pem", "cert.pem", "key.pem"}) {
            Files.writeString(folder.resolve(name), "this is no certificate\n");
        }

        assertThatIllegalArgumentException().isThrownBy(() -> uplink("ca.pem", "cert.pem", "key.pem"))
                .withMessageContaining("truck-1 at localhost:8883").withMessageContaining("cert.pem").withMessageContaining("AWS_");
    }

    @ParameterizedTest
    @EnumSource(value = PubAckReasonCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
    void everyReasonButSuccessIsARefusalThatNamesIt(PubAckReasonCode code) {
        assertThat(MqttUplink.refusal(code, "as the broker says")).contains(code.name() + ", as the broker says");
    }

    @Test
    void successIsNoRefusalAndSilenceIsOne() {
        assertThat(MqttUplink.refusal(PubAckReasonCode.SUCCESS, null)).isEmpty();
        assertThat(MqttUplink.refusal(null, null)).contains("no PUBACK");
    }

    @Test
    void aSubscriptionIsGrantedWithQos1OrRefused() {
        assertThat(MqttUplink.subscriptionRefusal(List.of(SubAckReasonCode.GRANTED_QOS_1))).isEmpty();
        assertThat(MqttUplink.subscriptionRefusal(List.of(SubAckReasonCode.NOT_AUTHORIZED))).isEqualTo("expected GRANTED_QOS_1, came [NOT_AUTHORIZED]");
        assertThat(MqttUplink.subscriptionRefusal(List.of(SubAckReasonCode.GRANTED_QOS_0))).isEqualTo("expected GRANTED_QOS_1, came [GRANTED_QOS_0]");
    }
}
