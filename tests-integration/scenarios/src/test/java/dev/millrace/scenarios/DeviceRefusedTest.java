package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Topics;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;

/// The synthesized policy lets a certificate speak for its own thing only. That makes the partition key trustworthy.
@Timeout(120)
class DeviceRefusedTest {
    private static final String SPOOFER = SharedCloud.TRUCKS.get(0);
    private static final String VICTIM = SharedCloud.TRUCKS.get(1);

    @Test
    void aDeviceCannotPublishUnderTheNameOfAnotherThing() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        String rule = cloud.stage().deployed().output("RuleName");
        Payload forged = Payload.claiming(SPOOFER, VICTIM, Payload.reading(VICTIM, 1, System.currentTimeMillis(), 20));
        Payload honest = Payload.pack(SPOOFER, Payload.reading(SPOOFER, 1, System.currentTimeMillis(), 20));

        try (var device = new SdkDevice(cloud.cloud(), SPOOFER, SPOOFER)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            assertThat(device.publish(Topics.telemetry(rule, VICTIM, "environment"), forged.bytes())).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            // the same way, later: when it is through, the other one would be
            assertThat(device.publish(Topics.telemetry(rule, SPOOFER, "environment"), honest.bytes())).isEqualTo(PubAckReasonCode.SUCCESS);
        }
        cloud.awaitDrained();

        assertThat(cloud.streamRecords().stream().filter(record -> holds(record, honest))).singleElement()
                .satisfies(record -> assertThat(record.partitionKey()).isEqualTo(SPOOFER));
        assertThat(cloud.streamRecords()).noneMatch(record -> record.partitionKey().equals(VICTIM) || holds(record, forged));
        assertThat(cloud.accounts().state(SPOOFER).tally().accepted()).isOne();
        assertThat(cloud.accounts().state(VICTIM)).isEqualTo(ThingState.unseen(VICTIM));
    }

    @Test
    void aDeviceCannotConnectUnderTheNameOfAnotherThing() throws Exception {
        SharedCloud cloud = SharedCloud.get();

        try (var device = new SdkDevice(cloud.cloud(), SPOOFER, VICTIM)) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
    }

    @Test
    void aDeviceCannotHearTheCommandsOrTheConfigurationOfAnotherThing() throws Exception {
        SharedCloud cloud = SharedCloud.get();

        try (var device = new SdkDevice(cloud.cloud(), SPOOFER, SPOOFER)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            for (String filter : List.of("cmd/" + VICTIM + "/#", "cmd/" + VICTIM + "/resend", "cmd/+/#", "cmd/+/resend", "cmd/#", "+/" + VICTIM + "/#", "#",
                    "cmd/" + SPOOFER, "cmd/" + SPOOFER + "2/#", "dt/" + SPOOFER + "/#",
                    "$aws/things/" + VICTIM + "/shadow/name/config/update/delta", "$aws/things/+/shadow/name/config/#", "$aws/things/" + SPOOFER + "/shadow/update/delta",
                    "$aws/things/" + SPOOFER + "/shadow/name/other/get/accepted", "$aws/things/" + SPOOFER + "/jobs/notify",
                    "$aws/certificates/create/json/accepted", "$aws/provisioning-templates/another/provision/json/accepted")) {
                assertThat(device.subscribe(filter)).as(filter).isEqualTo(SubAckReasonCode.NOT_AUTHORIZED);
            }
            assertThat(device.subscribe("cmd/" + SPOOFER + "/#")).as("its own, as the agent does").isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            assertThat(device.subscribe("cmd/" + SPOOFER + "/resend")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
        }
    }

    @Test
    void aDeviceCannotCommandAnotherThingOrChangeWhatIsNotItsOwn() throws Exception {
        SharedCloud cloud = SharedCloud.get();

        try (var device = new SdkDevice(cloud.cloud(), SPOOFER, SPOOFER)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            for (String topic : List.of("cmd/" + VICTIM + "/resend", "cmd/" + SPOOFER + "/resend", "dt/" + SPOOFER + "/environment",
                    "$aws/things/" + VICTIM + "/shadow/name/config/update", "$aws/things/" + SPOOFER + "/shadow/update",
                    "$aws/things/" + SPOOFER + "/shadow/name/config/delete", "$aws/certificates/create/json",
                    "$aws/provisioning-templates/another/provision/json", "$aws/rules/another/dt/" + SPOOFER + "/environment")) {
                assertThat(device.publish(topic, new byte[] {'{', '}'})).as(topic).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            }
        }
    }

    private static boolean holds(StreamRecord record, Payload payload) {
        return Arrays.equals(record.payload(), payload.bytes());
    }
}
