package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.AwsClients;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.uplink.ConnectedAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// The cloud asks a device for readings that it has already: PUBACK said no more than that the rules engine took them.
@Timeout(120)
class ResendTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int READINGS = 20;
    private static final int FIRST_AGAIN = 6;
    private static final int LAST_AGAIN = 15;

    @Test
    void whatIsAskedForAgainArrivesAgainAndIsCountedOnce() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        String thing = SharedCloud.COMMANDED;
        var log = new ConcurrentLinkedQueue<String>();
        List<ReadingId> taken = new ArrayList<>();
        try (ConnectedAgent agent = ConnectedAgent.start(cloud.device(thing, Directories.fresh("resend")), log::add);
                IotDataPlaneClient operator = AwsClients.client(IotDataPlaneClient.builder(), cloud.stage().deployed())) {
            for (int i = 0; i < READINGS; i++) {
                Reading reading = agent.take(Map.of("temperature_c", 20.0 + i, "humidity_pct", 40.0));
                taken.add(reading.id());
            }
            Await.until("all readings are acknowledged", PATIENCE, () -> agent.agent().status().backlog() == 0);
            cloud.awaitDrained();
            assertThat(cloud.accounts().state(thing).tally().duplicate()).isZero();

            String command = "{\"epoch\":%d,\"from\":%d,\"to\":%d}".formatted(taken.getFirst().epoch(), FIRST_AGAIN, LAST_AGAIN);
            operator.publish(publish -> publish.topic("cmd/%s/resend".formatted(thing)).qos(1).payload(SdkBytes.fromUtf8String(command)));

            long again = LAST_AGAIN - FIRST_AGAIN + 1;
            Await.until("the readings are sent again", PATIENCE, () -> cloud.accounts().state(thing).tally().duplicate() == again);
            assertThat(agent.agent().status().resent()).isEqualTo(again);
            assertThat(log).isEmpty();
        }
        cloud.awaitDrained();

        assertThat(cloud.accounts().state(thing).tally()).satisfies(tally -> {
            assertThat(tally.accepted()).isEqualTo(READINGS);
            assertThat(tally.duplicate()).isEqualTo(LAST_AGAIN - FIRST_AGAIN + 1);
            assertThat(tally.rejected()).isZero();
        });
        assertThat(cloud.accounts().hot(thing)).isEqualTo(taken);
        assertThat(cloud.accounts().lake(thing)).isEqualTo(taken);
        assertThat(cloud.accounts().quarantined(thing)).isEmpty();
    }
}
