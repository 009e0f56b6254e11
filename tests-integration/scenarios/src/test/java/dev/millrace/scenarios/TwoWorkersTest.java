package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Compaction;
import dev.millrace.cli.Synthesis;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.iam.RoleRights;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// Two stream workers in place of the event source mappings, of which one dies: the ground truth is the same as on Lambda.
/// `mvn verify -Pstream-worker -pl tests-integration/scenarios -am -Dtest=TwoWorkersTest -Dsurefire.failIfNoSpecifiedTests=false`
@Tag("worker")
@Timeout(600)
class TwoWorkersTest {
    private static final int SHARDS = 4;
    private static final int THINGS = 24;
    private static final int READINGS_A_PACK = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<String> NAMES = IntStream.rangeClosed(1, THINGS).mapToObj("worked-%d"::formatted).toList();

    private final Map<String, Long> sent = new HashMap<>();
    private SharedCloud cloud;

    /// Kills a worker when it commits states, once, after some commits. What it has written until then stays: it dies between the
    /// stores and the checkpoint.
    private static final class Killer implements CallGate {
        private final WorkerProcess victim;
        private final CompletableFuture<Boolean> died = new CompletableFuture<>();
        private int commitsToPass = 2;

        Killer(WorkerProcess victim) {
            this.victim = victim;
        }

        @Override
        public synchronized void beforePassing(Call call) throws CallRefused, InterruptedException {
            if (!call.accessKeyId().equals(victim.accessKeyId()) || !call.operation().equals("BatchExecuteStatement") || commitsToPass-- > 0) {
                return;
            }
            victim.kill();
            died.complete(true);
            throw new CallRefused(503, "ServiceUnavailable", "the caller is dead");
        }
    }

    @Test
    void eachReadingIsCountedOnceAlthoughAWorkerIsKilledInTheMidst() throws Exception {
        Path work = Directories.fresh("two-workers");
        Path assembly = new Synthesis(Directories.root()).run(work.resolve("cdk.out"), work.resolve("synth.log"), "compute=worker", "shards=" + SHARDS);
        try (SharedCloud own = SharedCloud.own(assembly, work, _ -> { })) {
            cloud = own;
            Map<String, String> environment = environment();
            // a hot store knows a column from the first row on that has it; before, nobody can ask for it
            cloud.put(List.of(Payload.pack("first-1", new Reading(new ReadingId("first-1", 1, 1), System.currentTimeMillis(), new TreeMap<>(Map.of("temperature_c", 20.0, "humidity_pct", 40.0))))));
            send(2);
            try (WorkerProcess first = WorkerProcess.start(environment, keyOfTheRole(), work)) {
                // of two workers that begin at once with no table, KCL may let one fail; ECS would start it again
                awaitOwners("ingest", 1, first);
                awaitOwners("archive", 1, first);
                try (WorkerProcess second = WorkerProcess.start(environment, "workertwo", work)) {
                    awaitOwners("ingest", 2, first, second);
                    awaitOwners("archive", 2, first, second);
                    var killer = new Killer(second);
                    try (SharedCloud.Passage _ = cloud.through(killer)) {
                        while (!killer.died.isDone()) {
                            send(1);
                            awaitCounted(killer.died);
                        }
                    }
                    assertThat(second.isAlive()).isFalse();
                    send(3);
                    awaitCounted(new CompletableFuture<>());
                    awaitLanded();
                    assertThat(first.stop()).as("exit code, see %s", first.log()).isZero();
                }
            }
            requireEachReadingOnce();
            requireEverythingCheckpointed("ingest");
            requireEverythingCheckpointed("archive");
            assertThat(cloud.cloud().denied()).isEmpty();
        }
    }

    /// Each pack twice, as devices do that got no acknowledgment.
    private void send(int packs) {
        for (int pack = 0; pack < packs; pack++) {
            List<Payload> payloads = new ArrayList<>();
            for (String thing : NAMES) {
                long before = sent.getOrDefault(thing, 0L);
                long now = System.currentTimeMillis();
                Reading[] readings = LongStream.rangeClosed(before + 1, before + READINGS_A_PACK).mapToObj(seq -> Payload.reading(thing, seq, now, 20)).toArray(Reading[]::new);
                payloads.add(Payload.pack(thing, readings));
                payloads.add(Payload.pack(thing, readings));
                sent.put(thing, before + READINGS_A_PACK);
            }
            cloud.putByKey(payloads);
        }
    }

    /// @param orElse ends the wait as well
    private void awaitCounted(CompletableFuture<Boolean> orElse) throws Exception {
        Await.until("all that was sent is counted", PATIENCE, () -> orElse.isDone()
                || NAMES.stream().allMatch(thing -> cloud.accounts().state(thing).tally().accepted() == sent.get(thing)));
    }

    private void awaitLanded() throws Exception {
        Await.until("all that was sent is in the lake", PATIENCE, () -> {
            for (String thing : NAMES) {
                if (cloud.accounts().lake(thing).size() < sent.get(thing)) {
                    return false;
                }
            }
            return true;
        });
    }

    private void requireEachReadingOnce() throws Exception {
        Compaction.run(cloud.cloud());
        for (String thing : NAMES) {
            List<ReadingId> truth = LongStream.rangeClosed(1, sent.get(thing)).mapToObj(seq -> new ReadingId(thing, 1, seq)).toList();
            assertThat(cloud.accounts().hot(thing)).isEqualTo(truth);
            assertThat(cloud.accounts().table(thing)).isEqualTo(truth);
            assertThat(cloud.accounts().inPanes(thing)).isEqualTo(truth.size());
            assertThat(cloud.accounts().state(thing).tally().accepted()).isEqualTo(truth.size());
            assertThat(cloud.accounts().state(thing).tally().duplicate()).isGreaterThanOrEqualTo(truth.size());
            assertThat(cloud.accounts().quarantined(thing)).isEmpty();
        }
    }

    /// What a container gets, and what ECS and this machine add.
    private Map<String, String> environment() {
        JsonNode task = task();
        Map<String, String> environment = new HashMap<>(Map.of("AWS_ENDPOINT_URL", cloud.stage().deployed().endpoint().toString(), "AWS_REGION", cloud.stage().deployed().region()));
        task.path("ContainerDefinitions").path(0).path("Environment").forEach(variable -> environment.put(variable.path("Name").asText(), variable.path("Value").asText()));
        return environment;
    }

    private JsonNode task() {
        return cloud.cloud().deployment().ofType("AWS::ECS::TaskDefinition").getFirst().properties();
    }

    /// By these keys the front door knows who has the rights of the task's role, and no more.
    private String keyOfTheRole() {
        return RoleRights.accessKeyId(task().path("TaskRoleArn").asText());
    }

    private List<Map<String, AttributeValue>> leases(String consumer) {
        return cloud.stage().clients().dynamoDb().scanPaginator(scan -> scan.tableName("millrace-demo-leases-" + consumer).consistentRead(true)).items().stream()
                .filter(row -> row.get("leaseKey").s().startsWith("shardId-")).toList();
    }

    private void awaitOwners(String consumer, int workers, WorkerProcess... processes) throws Exception {
        Await.until("%d workers share the shards for %s".formatted(workers, consumer), PATIENCE, () -> {
            for (WorkerProcess process : processes) {
                assertThat(process.isAlive()).as("worker runs, see %s", process.log()).isTrue();
            }
            assertThat(cloud.cloud().denied()).isEmpty();
            return owners(consumer).size() == workers;
        });
    }

    private Set<String> owners(String consumer) {
        try {
            return leases(consumer).stream().filter(row -> row.containsKey("leaseOwner")).map(row -> row.get("leaseOwner").s()).collect(Collectors.toSet());
        } catch (ResourceNotFoundException _) {
            return Set.of();
        }
    }

    /// After a graceful end nothing is left that the next worker would have to do again.
    private void requireEverythingCheckpointed(String consumer) {
        Map<String, String> last = new HashMap<>();
        String stream = cloud.stage().deployed().output("StreamName");
        try (KinesisClient kinesis = AwsClients.client(KinesisClient.builder(), cloud.stage().deployed())) {
            for (Shard shard : kinesis.listShards(list -> list.streamName(stream)).shards()) {
                String from = kinesis.getShardIterator(get -> get.streamName(stream).shardId(shard.shardId()).shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
                kinesis.getRecords(get -> get.shardIterator(from)).records().forEach(record -> last.put(shard.shardId(), record.sequenceNumber()));
            }
        }
        assertThat(leases(consumer)).hasSize(SHARDS).allSatisfy(row -> assertThat(row.get("checkpoint").s()).as("%s of %s", row.get("leaseKey").s(), consumer)
                .isEqualTo(last.get(row.get("leaseKey").s())));
    }
}
