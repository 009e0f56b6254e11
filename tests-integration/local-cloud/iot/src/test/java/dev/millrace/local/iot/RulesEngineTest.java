package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RulesEngineTest {
    private static final UUID NEW = new UUID(1, 2);

    private record Put(String where, String key, byte[] bytes) {}

    /// Keeps what it is given, except for what a test declares broken.
    private static final class MemoryDestinations implements Destinations {
        private final List<Put> records = Collections.synchronizedList(new ArrayList<>());
        private final List<Put> objects = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch open;
        private volatile boolean streamBroken;
        private volatile boolean bucketBroken;

        MemoryDestinations(CountDownLatch open) {
            this.open = open;
        }

        @Override
        public void putRecord(String role, String stream, String partitionKey, byte[] data) throws ActionFailed {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new ActionFailed("interrupted", e);
            }
            if (streamBroken) {
                throw new ActionFailed("stream is down");
            }
            records.add(new Put(stream, partitionKey, data));
        }

        @Override
        public void putObject(String role, String bucket, String key, byte[] body) throws ActionFailed {
            if (bucketBroken) {
                throw new ActionFailed("bucket is down");
            }
            objects.add(new Put(bucket, key, body));
        }
    }

    private final CountDownLatch open = new CountDownLatch(1);
    private final MemoryDestinations destinations = new MemoryDestinations(open);
    private final Metrics metrics = new Metrics();
    private final RulesEngine engine = engine(new Backlog(100, 1000));

    private RulesEngine engine(Backlog backlog) {
        return new RulesEngine(List.of(
                rule("first", "dt/+/+", false), rule("second", "#", false), rule("off", "#", true)), destinations, metrics, () -> NEW, backlog);
    }

    private static TopicRule rule(String name, String from, boolean disabled) {
        return new TopicRule(name, TopicFilter.parse(from),
                List.of(new RuleAction.ToKinesis("arn:role", Template.parse(name + "-stream"), Template.parse("${topic(2)}"))),
                List.of(new RuleAction.ToS3("arn:role", Template.parse("errors"), Template.parse("e/${newuuid()}"))), disabled);
    }

    @Test
    void anOrdinaryMessageReachesEveryEnabledRuleThatMatches() {
        open.countDown();

        assertThat(engine.publish(message("dt/truck-1/truck"))).isTrue();
        assertThat(engine.publish(message("other/x"))).isTrue();
        engine.close();

        assertThat(destinations.records).extracting(Put::where, Put::key).containsExactlyInAnyOrder(
                org.assertj.core.groups.Tuple.tuple("first-stream", "truck-1"),
                org.assertj.core.groups.Tuple.tuple("second-stream", "truck-1"),
                org.assertj.core.groups.Tuple.tuple("second-stream", "x"));
        assertThat(metrics.value("first", Metrics.OfRule.TOPIC_MATCH)).isEqualTo(1);
        assertThat(metrics.value("second", Metrics.OfRule.RULES_EXECUTED)).isEqualTo(2);
        assertThat(metrics.value("second", Metrics.OfRule.SUCCESS)).isEqualTo(2);
        assertThat(metrics.value("off", Metrics.OfRule.TOPIC_MATCH)).isZero();
    }

    @Test
    void basicIngestReachesItsRuleOnlyAndDoesNotLookAtFrom() {
        open.countDown();

        engine.basicIngest("first", message("no/match/here/at/all"));
        engine.close();

        assertThat(destinations.records).extracting(Put::where).containsExactly("first-stream");
        assertThat(metrics.value(Metrics.Billed.RULES_TRIGGERED)).isEqualTo(1);
        assertThat(metrics.value(Metrics.Billed.ACTIONS)).isEqualTo(1);
        assertThat(metrics.value(Metrics.Billed.MESSAGES)).as("Basic Ingest is no message").isZero();
    }

    @Test
    void aMissingOrDisabledRuleTakesTheMessageAndCountsIt() {
        assertThat(engine.basicIngest("missing", message("a/b"))).isTrue();
        assertThat(engine.basicIngest("off", message("a/b"))).isTrue();

        assertThat(engine.pending()).isZero();
        assertThat(metrics.value("missing", Metrics.OfRule.RULE_NOT_FOUND)).isEqualTo(1);
        assertThat(metrics.value("off", Metrics.OfRule.RULE_NOT_FOUND)).isEqualTo(1);
    }

    @Test
    void aFailedActionGivesTheErrorActionTheDocumentedDocument() throws IOException {
        open.countDown();
        destinations.streamBroken = true;

        engine.basicIngest("first", message("dt/truck-1/truck"));
        engine.close();

        assertThat(destinations.objects).singleElement().satisfies(put -> {
            assertThat(put.where()).isEqualTo("errors");
            assertThat(put.key()).isEqualTo("e/" + NEW);
        });
        JsonNode document = JsonMembers.MAPPER.readTree(destinations.objects.getFirst().bytes());
        assertThat(document.fieldNames()).toIterable().containsExactly(
                "ruleName", "topic", "cloudwatchTraceId", "clientId", "base64OriginalPayload", "failures");
        assertThat(document.path("ruleName").asText()).isEqualTo("first");
        assertThat(document.path("topic").asText()).isEqualTo("dt/truck-1/truck");
        assertThat(document.path("clientId").asText()).isEqualTo("truck-1");
        assertThat(Base64.getDecoder().decode(document.path("base64OriginalPayload").asText())).isEqualTo(message("x").payload());
        assertThat(document.path("failures")).hasSize(1);
        assertThat(document.at("/failures/0").toString()).isEqualTo(
                "{\"failedAction\":\"KinesisAction\",\"failedResource\":\"first-stream\",\"errorMessage\":\"stream is down\"}");
        assertThat(metrics.value("first", Metrics.OfRule.FAILURE)).isEqualTo(1);
        assertThat(metrics.value("first", Metrics.OfRule.ERROR_ACTION_SUCCESS)).isEqualTo(1);
    }

    @Test
    void aTemplateWithoutValueFailsTheAction() {
        open.countDown();

        engine.basicIngest("first", message("short"));
        engine.close();

        assertThat(destinations.records).isEmpty();
        assertThat(destinations.objects).hasSize(1);
    }

    @Test
    void aFailedErrorActionIsCounted() {
        open.countDown();
        destinations.streamBroken = true;
        destinations.bucketBroken = true;

        engine.basicIngest("first", message("dt/truck-1/truck"));
        engine.close();

        assertThat(metrics.value("first", Metrics.OfRule.ERROR_ACTION_FAILURE)).isEqualTo(1);
        assertThat(metrics.value("first", Metrics.OfRule.ERROR_ACTION_SUCCESS)).isZero();
    }

    @Test
    void aMessageThatDoesNotFitIsRefusedWhole() {
        RulesEngine small = engine(new Backlog(1, 1000));

        assertThat(small.publish(message("dt/truck-1/truck"))).as("two rules match, one place").isFalse();
        assertThat(small.pending()).isZero();
        assertThat(small.basicIngest("first", message("dt/truck-1/truck"))).isTrue();
        assertThat(small.basicIngest("first", message("dt/truck-1/truck"))).isFalse();
        assertThat(small.pending()).isEqualTo(1);

        open.countDown();
        small.close();
        assertThat(destinations.records).hasSize(1);
    }

    @Test
    void theBytesOfTheBacklogAreBoundedToo() {
        RulesEngine small = engine(new Backlog(100, message("x").payload().length));

        assertThat(small.basicIngest("first", message("dt/truck-1/truck"))).isTrue();
        assertThat(small.basicIngest("first", message("dt/truck-1/truck"))).isFalse();

        open.countDown();
        small.close();
    }

    @Test
    void whatWasAcceptedIsRunBeforeTheEngineIsClosed() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            engine.basicIngest("first", message("dt/truck-1/truck"));
        }
        assertThat(engine.pending()).isEqualTo(50);

        Thread closing = Thread.ofVirtual().start(engine::close);
        open.countDown();
        closing.join();

        assertThat(destinations.records).hasSize(50);
        assertThat(engine.basicIngest("first", message("dt/truck-1/truck"))).as("after close").isFalse();
    }

    private static Message message(String topic) {
        return new Message(topic, "truck-1", "{\"v\":1}\u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1), Instant.EPOCH, new UUID(3, 4));
    }
}
