package dev.millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.kinesis.Await;
import dev.millrace.local.lambda.FunctionInvoker;
import dev.millrace.local.lambda.InvocationResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final InvocationResult DONE = new InvocationResult.Succeeded(new byte[0]);
    private static final String RULE_ARN = "arn:aws:events:eu-west-1:123456789012:rule/often";

    private final List<String> invoked = new CopyOnWriteArrayList<>();
    private final List<byte[]> events = new CopyOnWriteArrayList<>();

    @Test
    void aTargetGetsTheEventThatEventBridgeSends() throws Exception {
        try (Schedules schedules = schedules(NEVER, (_, _) -> DONE)) {
            schedules.fire();
            schedules.fire();
        }

        assertThat(invoked).containsExactly("sweep", "sweep");
        JsonNode event = new ObjectMapper().readTree(events.getFirst());
        String id = event.path("id").asText();
        assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        // as in the Lambda developer guide's example of a scheduled event
        assertThat(event).isEqualTo(new ObjectMapper().readTree("""
                {"version":"0","id":"%s","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012",
                 "time":"2026-11-26T17:00:00Z","region":"eu-west-1","resources":["%s"],"detail":{}}""".formatted(id, RULE_ARN)));
        assertThat(new String(events.getLast(), UTF_8)).doesNotContain(id);
    }

    @Test
    void aRuleInvokesAgainAndAgainAlsoAfterAFailure() throws Exception {
        try (Schedules _ = schedules(Duration.ofMillis(10), (_, _) -> new InvocationResult.TimedOut())) {
            Await.until("three invocations", SOON, () -> invoked.size() >= 3);
        }
    }

    @Test
    void aFunctionThatFailsIsNamedToWhoFires() {
        try (Schedules schedules = schedules(NEVER, (_, _) -> new InvocationResult.FunctionError("Runtime.UserException", "{\"errorMessage\":\"no table\"}".getBytes(UTF_8)))) {
            assertThatThrownBy(schedules::fire).isInstanceOf(IllegalStateException.class)
                    .hasMessage("rule often: function sweep failed: Runtime.UserException {\"errorMessage\":\"no table\"}");
        }
    }

    @Test
    void nothingIsInvokedOnceItIsClosedAndWhatIsUnderWayDoesNotHoldItUp() throws Exception {
        var underWay = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        FunctionInvoker hanging = (_, _) -> {
            underWay.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return DONE;
        };
        Schedules schedules = schedules(Duration.ofMillis(10), hanging);
        underWay.await();

        schedules.close();

        interrupted.await();
        int before = invoked.size();
        // a few of its intervals
        assertThat(new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(invoked).hasSize(before);
    }

    private Schedules schedules(Duration every, FunctionInvoker function) {
        var schedule = new ScheduleDefinition("often", RULE_ARN, every,
                List.of(new ScheduleDefinition.Target("arn:aws:lambda:eu-west-1:123456789012:function:sweep:live", "sweep")));
        return new Schedules(List.of(schedule), (name, event) -> {
            invoked.add(name);
            events.add(event);
            return function.invoke(name, event);
        }, InstantSource.fixed(Instant.parse("2026-11-26T17:00:00.789Z")), new SplittableRandom(1));
    }
}
