package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.CompletenessFunction;
import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessRow.Missing;
import dev.millrace.completeness.CompletenessTable;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Topics;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.pipeline.Ledger.Interval;
import dev.millrace.uplink.ConnectedAgent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;

/// The cloud finds by itself what it misses, asks for it, and the gap closes.
@Timeout(180)
class CompletenessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NOW = "{\"graceSeconds\":0}";
    private static final int BUDGET = 4;

    private final SharedCloud cloud;

    CompletenessTest() throws Exception {
        cloud = SharedCloud.get();
    }

    private CompletenessRow row(JsonNode report, String thing) throws IOException {
        byte[] table = cloud.stage().clients().s3().getObjectAsBytes(get -> get.bucket(cloud.stage().deployed().output("LakeBucket")).key(report.get("table").asText()))
                .asByteArray();
        return CompletenessTable.read(table).stream().filter(row -> row.thing().equals(thing)).findFirst().orElseThrow();
    }

    private JsonNode run(String event) throws IOException, InterruptedException {
        return CompletenessFunction.run(cloud.cloud(), event);
    }

    /// Of a thing: `from-to`.
    private static List<String> asked(JsonNode report, String thing) {
        return report.get("asked").valueStream().filter(one -> one.get("thing").asText().equals(thing)).map(one -> one.get("from") + "-" + one.get("to")).toList();
    }

    private static long readingsAsked(JsonNode report) {
        return report.get("asked").valueStream().mapToLong(one -> one.get("to").asLong() - one.get("from").asLong() + 1).sum();
    }

    @Test
    void packsThatWereDroppedAfterTheirPubackAreFoundAskedForAndComeOnce() throws Exception {
        String thing = SharedCloud.INCOMPLETE.get(0);
        var log = new ConcurrentLinkedQueue<String>();
        List<ReadingId> taken = new ArrayList<>();
        try (ConnectedAgent agent = ConnectedAgent.start(cloud.device(thing, Directories.fresh("incomplete")), log::add)) {
            take(agent, 5, taken);
            try (SharedCloud.Passage _ = cloud.through(call -> {
                if (call.service().equals("kinesis") && call.operation().equals("PutRecord")) {
                    throw new CallRefused(400, "AccessDeniedException", "the rule may not write to the stream");
                }
            })) {
                take(agent, 10, taken);
            }
            take(agent, 5, taken);
            long epoch = taken.getFirst().epoch();
            List<Missing> dropped = List.of(new Missing(epoch, 6, 15));

            assertThat(asked(run("{}"), thing)).as("what is on its way is not asked for").isEmpty();
            CompletenessRow before = row(run(CompletenessFunction.LOOK), thing);
            assertThat(before.gaps()).isEqualTo(dropped);
            assertThat(List.of(before.expected(), before.taken(), before.missing(), before.lost())).containsExactly(20L, 10L, 10L, 0L);

            assertThat(audit()).satisfies(audit -> {
                assertThat(audit.exit()).isEqualTo(1);
                assertThat(audit.lines()).contains("  %s %d 6-15".formatted(thing, epoch));
            });

            JsonNode first = run("{\"graceSeconds\":0,\"readingsMax\":%d}".formatted(BUDGET));
            assertThat(readingsAsked(first)).isEqualTo(BUDGET);
            assertThat(asked(first, thing)).containsExactly("6-9");
            awaitMissing(thing, epoch, List.of(new Interval(10, 15)));
            JsonNode second = run(NOW);
            assertThat(asked(second, thing)).as("what came is not asked for again").containsExactly("10-15");
            awaitMissing(thing, epoch, List.of());
            assertThat(agent.agent().status().resent()).isEqualTo(10);
            assertThat(log).isEmpty();
        }
        cloud.awaitDrained();

        JsonNode last = run(NOW);
        CompletenessRow after = row(last, thing);
        assertThat(asked(last, thing)).isEmpty();
        assertThat(after.gaps()).isEmpty();
        assertThat(List.of(after.expected(), after.taken(), after.missing(), after.duplicates())).containsExactly(20L, 20L, 0L, 0L);
        assertThat(audit().lines()).noneMatch(line -> line.startsWith("  %s %d ".formatted(thing, taken.getFirst().epoch())));
        assertThat(cloud.metrics()).anySatisfy(line -> assertThat(line).contains("\"function\":\"completeness\"", "\"asked_ranges\":1,\"asked_readings\":%d,".formatted(BUDGET)));
        assertThat(cloud.metrics().stream().filter(line -> line.contains("\"function\":\"completeness\"")).reduce((_, later) -> later).orElseThrow())
                .contains("\"missing\":%d,".formatted(last.get("missing").asLong()), "\"day_expected\":%d,".formatted(last.get("dayExpected").asLong()));
        assertThat(cloud.accounts().hot(thing)).isEqualTo(taken);
        assertThat(cloud.accounts().lake(thing)).isEqualTo(taken);
    }

    @Test
    void whatADeviceGaveUpIsCountedAsLostAndNotAskedForAgain() throws Exception {
        String thing = SharedCloud.INCOMPLETE.get(1);
        long now = System.currentTimeMillis();
        cloud.put(List.of(Payload.pack(thing, Payload.reading(thing, 1, now, 20), Payload.reading(thing, 10, now + 1, 20))));
        cloud.awaitDrained();
        long epoch = cloud.accounts().state(thing).ledgers().firstKey();

        try (var device = new SdkDevice(cloud.cloud(), thing, thing)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            tell(device, thing, "{\"v\":1,\"thing\":\"%s\",\"epoch\":%d,\"lost\":[[4,9]]}".formatted(thing, epoch), 1);
            JsonNode first = run(NOW);
            assertThat(asked(first, thing)).containsExactly("2-3");
            assertThat(row(first, thing).lost()).isEqualTo(6);
            assertThat(row(first, thing).gaps()).containsExactly(new Missing(epoch, 2, 3));

            // the device has not even those
            tell(device, thing, "{\"v\":1,\"thing\":\"%s\",\"epoch\":%d,\"lost\":[[2,3]]}".formatted(thing, epoch), 2);
        }
        JsonNode second = run(NOW);
        assertThat(asked(second, thing)).isEmpty();
        assertThat(row(second, thing)).satisfies(row -> {
            assertThat(row.gaps()).isEmpty();
            assertThat(List.of(row.expected(), row.taken(), row.missing(), row.lost())).containsExactly(10L, 2L, 0L, 8L);
        });
    }

    private OperatorCommand.Said audit() throws IOException, InterruptedException {
        return OperatorCommand.run(cloud, "audit", "--environment", "demo");
    }

    private void take(ConnectedAgent agent, int readings, List<ReadingId> taken) throws Exception {
        for (int i = 0; i < readings; i++) {
            taken.add(agent.take(Map.of("temperature_c", 20.0 + taken.size(), "humidity_pct", 40.0)).id());
        }
        Await.until("all readings are acknowledged", PATIENCE, () -> agent.agent().status().backlog() == 0);
        cloud.awaitDrained();
    }

    private void awaitMissing(String thing, long epoch, List<Interval> missing) throws Exception {
        Await.until("missing is " + missing, PATIENCE, () -> cloud.accounts().state(thing).ledgers().get(epoch).missing().equals(missing));
    }

    /// @param notices that there are of the thing then
    private void tell(SdkDevice device, String thing, String notice, int notices) throws Exception {
        assertThat(device.publish(Topics.lost(cloud.stage().deployed().output("NoticesRuleName"), thing), notice.getBytes(UTF_8))).isEqualTo(PubAckReasonCode.SUCCESS);
        Await.until("the notice is in the lake", PATIENCE, () -> cloud.stage().clients().s3().listObjectsV2(list -> list
                .bucket(cloud.stage().deployed().output("LakeBucket")).prefix(LakeLayout.LOST_PREFIX + thing + "/")).contents().size() == notices);
    }
}
