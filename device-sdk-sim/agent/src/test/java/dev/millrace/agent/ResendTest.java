package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cloud may ask for readings that it acknowledged and does not have.
class ResendTest {
    private static final JournalSettings JOURNAL = JournalSettings.defaults().withSync(new SyncPolicy.ByInterval(Duration.ofMinutes(1)))
            .withSegmentBytesMax(4_096).withRetained(20_000, Duration.ofDays(1));

    @TempDir(factory = MemoryTempDir.class)
    private Path folder;
    private final ManualClock clock = new ManualClock();
    private final FakeUplink uplink = new FakeUplink().answeringAtOnce();

    private DeviceAgent agent() throws IOException {
        return DeviceAgent.open("truck-1", "truck", folder, uplink, PackCodec.jsonV1(), AgentSettings.defaults().withJournal(JOURNAL), clock,
                new SplittableRandom(2));
    }

    private List<Reading> take(DeviceAgent agent, int count) {
        List<Reading> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(agent.take(Map.of("speed_kmh", 80.5 + i, "rpm", 1_400.0)));
            pass(agent, 1);
        }
        return taken;
    }

    private void pass(DeviceAgent agent, int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.pass(Duration.ofSeconds(1));
            agent.poll();
        }
    }

    private List<Reading> sent() {
        return uplink.publishes.stream().flatMap(publish -> publish.pack().readings().stream()).toList();
    }

    @Test
    void acknowledgedReadingsAreSentAgainAsTheyWereAcrossARestart() throws IOException {
        List<Reading> taken;
        try (DeviceAgent agent = agent()) {
            taken = take(agent, 200);
            pass(agent, 5);
        }
        uplink.publishes.clear();
        try (DeviceAgent agent = agent()) {
            Resend resend = agent.resend(taken.getFirst().id().epoch(), new SeqRange(51, 150));
            assertThat(resend).isEqualTo(new Resend(100, List.of()));
            pass(agent, 30);

            assertThat(sent()).isEqualTo(taken.subList(50, 150));
            assertThat(agent.status()).satisfies(status -> {
                assertThat(status.resent()).isEqualTo(100);
                assertThat(status.acknowledged()).isZero();
                assertThat(status.backlog()).isZero();
                assertThat(status.inFlight()).isZero();
            });
        }
    }

    @Test
    void whatIsNotKeptAnyMoreAndWhatNeverWasIsNamed() throws IOException {
        try (DeviceAgent agent = agent()) {
            List<Reading> taken = take(agent, 1_000);
            pass(agent, 5);
            uplink.publishes.clear();
            long epoch = taken.getFirst().id().epoch();

            Resend resend = agent.resend(epoch, new SeqRange(1, 1_100));
            pass(agent, 120);

            assertThat(resend.gone()).hasSize(2);
            assertThat(resend.gone().getFirst().first()).isOne();
            assertThat(resend.gone().getLast()).isEqualTo(new SeqRange(1_001, 1_100));
            int firstKept = (int) resend.gone().getFirst().last();
            assertThat(sent()).isEqualTo(taken.subList(firstKept, 1_000));
            assertThat(resend.readings()).isEqualTo(1_000 - firstKept);
            assertThat(agent.resend(epoch + 1, new SeqRange(1, 5)).gone()).containsExactly(new SeqRange(1, 5));
        }
    }

    @Test
    void theSameAskedTwiceIsSentOnceAndAtTheRateOfTheBacklog() throws IOException {
        try (DeviceAgent agent = agent()) {
            List<Reading> taken = take(agent, 200);
            pass(agent, 5);
            uplink.publishes.clear();
            long epoch = taken.getFirst().id().epoch();
            agent.askResend(epoch, new SeqRange(1, 200));
            agent.askResend(epoch, new SeqRange(100, 150));
            agent.poll();
            assertThat(uplink.publishes).as("the rate").hasSizeLessThanOrEqualTo(1);
            pass(agent, 30);

            assertThat(sent()).isSubsetOf(taken).doesNotHaveDuplicates();
        }
    }

    @Test
    void readingsThatAreNotAcknowledgedAreOnTheirWayAnyway() throws IOException {
        try (DeviceAgent agent = agent()) {
            List<Reading> taken = take(agent, 1);
            assertThat(agent.resend(taken.getFirst().id().epoch(), new SeqRange(1, 1))).isEqualTo(new Resend(0, List.of()));
            pass(agent, 10);
            assertThat(sent()).isEqualTo(taken);
        }
    }

    @Test
    void aRangeThatIsTooLongIsRefusedAndBringsNothingDown() throws IOException {
        try (DeviceAgent agent = agent()) {
            assertThatIllegalArgumentException().isThrownBy(() -> agent.resend(1, new SeqRange(1, 1_000_001)))
                    .withMessage("resend of 1000001 readings, more than 1000000: 1..1000001");
            agent.askResend(1, new SeqRange(1, 1_000_001));
            agent.poll();
            assertThat(agent.lastFailure()).contains("resend of 1000001 readings, more than 1000000: 1..1000001");
            assertThat(agent.status().resendGone()).isEqualTo(1_000_001);
        }
    }
}
