package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Topics;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;

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

    private static boolean holds(StreamRecord record, Payload payload) {
        return Arrays.equals(record.payload(), payload.bytes());
    }
}
