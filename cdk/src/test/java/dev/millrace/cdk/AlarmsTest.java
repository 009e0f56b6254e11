package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private static final Pattern PAGE = Pattern.compile("What to do: docs/runbooks/([a-z-]+)\\.md$");
    private static final Path RUNBOOKS = Path.of("../docs/runbooks");

    private final JsonNode flow = Synth.templates().flow();

    /// By the name without its environment.
    private Map<String, JsonNode> alarms() {
        Map<String, JsonNode> alarms = new TreeMap<>();
        for (JsonNode alarm : Read.properties(flow, "AWS::CloudWatch::Alarm")) {
            assertThat(alarms.put(alarm.get("AlarmName").asText().replaceFirst("^millrace-dev-", ""), alarm)).isNull();
        }
        return alarms;
    }

    @Test
    void everyWayInWhichReadingsCanBeLostOrLateIsWatched() {
        Set<String> expected = new TreeSet<>(Set.of("stream-throttled", "timestream-rejects-readings", "timestream-rejects-rollups", "quarantine-rate", "readings-lost",
                "fleet-silent", "compaction-not-run", "compaction-behind", "redrive-unreadable", "redrive-gave-up", "completeness"));
        for (String function : Set.of("ingest", "archive", "compact", "completeness", "provision", "redrive", "sweep")) {
            expected.addAll(Set.of(function + "-errors", function + "-throttled"));
            if (!function.equals("compact")) {
                expected.add(function + "-slow");
            }
        }
        for (String function : Set.of("ingest", "archive")) {
            expected.addAll(Set.of(function + "-behind", function + "-gave-up", function + "-records-lost"));
        }
        for (String rule : Set.of("rule", "notices-rule")) {
            expected.addAll(Set.of(rule + "-missing", rule + "-failed", rule + "-messages-lost"));
        }

        assertThat(alarms().keySet()).isEqualTo(expected);
    }

    @Test
    void everyAlarmNamesAPageThatSaysWhatToDoAndNoPageIsWithoutAlarm() throws IOException {
        Set<String> named = new TreeSet<>();
        alarms().forEach((name, alarm) -> {
            Matcher page = PAGE.matcher(alarm.get("AlarmDescription").asText());
            assertThat(page.find()).as(name).isTrue();
            named.add(page.group(1));
        });

        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceFirst("\\.md$", "")).filter(page -> !page.equals("README")).collect(Collectors.toSet()))
                    .isEqualTo(named);
        }
        for (String page : named) {
            assertThat(Files.readString(RUNBOOKS.resolve(page + ".md"))).as(page).contains("## What it means", "## What to do", "## When it is over");
        }
    }

    @Test
    void everyAlarmTellsTheTopicWhenItGoesOnAndOff() {
        alarms().forEach((name, alarm) -> {
            assertThat(alarm.get("AlarmActions")).as(name).hasSize(1);
            assertThat(alarm.get("OKActions")).as(name).isEqualTo(alarm.get("AlarmActions"));
        });
    }

    @Test
    void whatDoesNotHappenIsAnAlarmToo() {
        JsonNode notRun = alarms().get("compaction-not-run");

        assertThat(notRun.get("TreatMissingData").asText()).isEqualTo("breaching");
        assertThat(notRun.get("Period").asInt() * notRun.get("EvaluationPeriods").asInt()).as("three runs of an hour").isEqualTo(3 * 3_600);
        assertThat(alarms().get("fleet-silent").get("TreatMissingData").asText()).isEqualTo("breaching");
        assertThat(alarms().values().stream().filter(alarm -> alarm.get("TreatMissingData").asText().equals("breaching"))).hasSize(3);
    }

    /// Both of them: little that is complete, and nobody who looks.
    @Test
    void completenessIsWatchedInPercentOfReadings() {
        JsonNode alarm = alarms().get("completeness");

        assertThat(alarm.get("Threshold").asDouble()).isEqualTo(99.99);
        assertThat(alarm.get("ComparisonOperator").asText()).isEqualTo("LessThanThreshold");
        assertThat(alarm.get("TreatMissingData").asText()).isEqualTo("breaching");
        assertThat(alarm.get("EvaluationPeriods").asInt()).as("runs of an hour").isEqualTo(2);
        assertThat(alarm.get("Metrics").toString()).contains("100 * taken / expected", "\"day_taken\"", "\"day_expected\"", "3600");
    }

    @Test
    void aDayIsTheLongestThatCloudWatchLooksBack() {
        for (int minutes : new int[] {480, 481, 1_440}) {
            JsonNode other = Synth.synthesize(Map.of("compactionMinutes", minutes, "sweepMinutes", minutes, "completenessMinutes", minutes)).flow();
            for (JsonNode alarm : Read.properties(other, "AWS::CloudWatch::Alarm")) {
                if (alarm.has("Period")) {
                    assertThat(alarm.get("Period").asInt() * alarm.get("EvaluationPeriods").asInt()).isLessThanOrEqualTo(86_400);
                }
            }
        }
    }

    /// Two failures of an hourly function are never in two periods of five minutes in a row.
    @Test
    void aFunctionOnAScheduleIsWatchedRunByRun() {
        assertThat(alarms().get("compact-errors").get("Period").asInt()).isEqualTo(3_600);
        assertThat(alarms().get("compact-errors").get("EvaluationPeriods").asInt()).isEqualTo(1);
        assertThat(alarms().get("sweep-errors").get("Period").asInt()).isEqualTo(900);
        assertThat(alarms().get("redrive-errors").get("Period").asInt()).isEqualTo(900);
        assertThat(alarms().get("ingest-errors").get("Period").asInt()).isEqualTo(300);
    }

    @Test
    void functionsAreWatchedByTheAliasThatIsCalled() {
        JsonNode errors = alarms().get("ingest-errors");

        assertThat(errors.get("Dimensions").toString()).contains("\"Resource\"", ":live").contains("FunctionName");
        assertThat(alarms().get("ingest-slow").get("Threshold").asInt()).as("of 60 s").isEqualTo(48_000);
    }

    @Test
    void onlyAlarmsOfThisAccountMayTellTheTopicAndOnlyOverTls() {
        JsonNode statements = Read.properties(flow, "AWS::SNS::TopicPolicy").iterator().next().get("PolicyDocument").get("Statement");

        assertThat(statements.toString()).contains("cloudwatch.amazonaws.com", "aws:SourceAccount", "aws:SecureTransport");
        assertThat(Read.properties(flow, "AWS::SNS::Subscription")).isEmpty();
        assertThat(Read.properties(Synth.synthesize(Map.of("alarmEmail", "pager@example.com")).flow(), "AWS::SNS::Subscription")).hasSize(1)
                .allSatisfy(subscription -> assertThat(subscription.get("Endpoint").asText()).isEqualTo("pager@example.com"));
    }

    @Test
    void theDashboardShowsAllAlarmsFirst() {
        JsonNode dashboard = Read.properties(flow, "AWS::CloudWatch::Dashboard").iterator().next();

        assertThat(dashboard.get("DashboardName").asText()).isEqualTo("millrace-dev");
        assertThat(dashboard.get("DashboardBody").toString()).contains("Is it well?", "latency_p99", "IteratorAge", "rows_in");
    }
}
