package dev.millrace.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/// What wakes somebody: readings are being lost, or will be. Each alarm names its page in `docs/runbooks`, and tells a topic
/// when it goes on and when it goes off.
final class Alarms extends Construct {
    private static final Duration PERIOD = Duration.minutes(5);
    /// How old the last record of a batch may be when a function gets it. Far below a day, the least that a stream keeps.
    private static final int INGEST_MINUTES_BEHIND = 10;
    private static final int ARCHIVE_MINUTES_BEHIND = 30;
    private static final double QUARANTINE_PERCENT_MAX = 1;
    private static final double COMPLETENESS_PERCENT_MIN = 99.99;
    private static final double TIMEOUT_SHARE = 0.8;
    /// CloudWatch looks back a day at most (PutMetricAlarm, `EvaluationPeriods`).
    private static final int MINUTES_A_DAY = 1_440;

    private final List<IAlarm> alarms = new ArrayList<>();
    private final Props props;
    private final Topic topic;

    /// @param mappings what brings the stream's records to a function: UUID by the function's name
    record Props(Config config, IStream stream, String ruleName, String noticesRuleName, Map<String, StreamFunction> functions, Map<String, String> mappings,
            Optional<HotStore.Tables> hotStore) {
        Props {
            // in the order of their names, so that the template's bytes are always the same
            functions = new TreeMap<>(functions);
            mappings = new TreeMap<>(mappings);
        }
    }

    Alarms(Construct scope, String id, Props props) {
        super(scope, id);
        this.props = props;
        this.topic = topic(props.config());
        watchFunctions();
        watchMappings();
        if (props.config().isWorked()) {
            StreamToWorkers.CONSUMERS.forEach(this::watchWorkers);
        }
        watchRules();
        watchReadings();
        watchCompaction();
        watchRedrive();
        watchCompleteness();
        watchStores();
    }

    /// CloudWatch cannot publish to a topic that is encrypted with AWS's own key for SNS, so the topic is encrypted only with the
    /// key of a customer, which lets CloudWatch in; an alarm tells of no reading.
    private Topic topic(Config config) {
        Topic.Builder builder = Topic.Builder.create(this, "Topic").displayName("Millrace " + config.environment()).enforceSsl(true);
        IKey key = props.stream().getEncryptionKey();
        Topic made = key == null ? builder.build() : builder.masterKey(key).build();
        made.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("AlarmsOfThisAccount")
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(made.getTopicArn()))
                .conditions(Ordered.map("StringEquals", Ordered.map("aws:SourceAccount", Stack.of(this).getAccount())))
                .build());
        if (!config.alarmEmail().isEmpty()) {
            made.addSubscription(new EmailSubscription(config.alarmEmail()));
        }
        return made;
    }

    /// @param period of a run, or five minutes for what runs all the time
    /// @param times  periods in a row after which it is no chance any more
    private record Rhythm(Duration period, int times) {
    }

    /// A function that runs once an hour would never fail in two periods of five minutes.
    private Rhythm rhythm(String function) {
        return switch (function) {
            case "compact" -> new Rhythm(Duration.minutes(props.config().compactionMinutes()), 1);
            case "sweep" -> {
                int minutes = Math.max(5, props.config().sweepMinutes());
                yield new Rhythm(Duration.minutes(minutes), 2 * minutes <= MINUTES_A_DAY ? 2 : 1);
            }
            case "redrive" -> new Rhythm(FailuresToStream.EVERY, 2);
            case "completeness" -> new Rhythm(Duration.minutes(props.config().completenessMinutes()), 1);
            // a device waits for its answer
            case "provision" -> new Rhythm(PERIOD, 1);
            default -> new Rhythm(PERIOD, 2);
        };
    }

    private void watchFunctions() {
        props.functions().forEach((name, function) -> {
            Rhythm rhythm = rhythm(name);
            watch(name + "-errors", "function-errors", "function %s fails".formatted(name), metric(function, "Errors", Stats.SUM, rhythm.period), 0, rhythm.times);
            watch(name + "-throttled", "function-throttled", "function %s is not run, because the account runs too many at once".formatted(name),
                    metric(function, "Throttles", Stats.SUM, rhythm.period), 0, rhythm.times);
            // compaction uses all its time when there is much to do, and says so by a metric of its own
            if (!name.equals("compact")) {
                watch(name + "-slow", "function-slow", "function %s is near its timeout".formatted(name), metric(function, "Duration", Stats.MAXIMUM, rhythm.period),
                        TIMEOUT_SHARE * function.timeout().toMilliseconds().doubleValue(), rhythm.times);
            }
        });
    }

    private static IMetric metric(StreamFunction function, String name, String statistic, Duration period) {
        return function.live().metric(name, MetricOptions.builder().statistic(statistic).period(period).build());
    }

    private void watchMappings() {
        props.mappings().forEach((name, uuid) -> {
            StreamFunction function = props.functions().get(name);
            int minutes = minutesBehind(name);
            watch(name + "-behind", "function-behind", "function %s is more than %d minutes behind the stream".formatted(name, minutes),
                    metric(function, "IteratorAge", Stats.MAXIMUM, PERIOD), minutes * 60_000.0, 3);
            watch(name + "-gave-up", "batches-given-up", "records that function %s could not settle lie in the failures bucket".formatted(name),
                    sum("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", Ordered.strings("EventSourceMappingUUID", uuid)), 0, 1);
            watch(name + "-records-lost", "records-lost", "records that function %s could not settle did not reach the failures bucket either".formatted(name),
                    metric(function, "DestinationDeliveryFailures", Stats.SUM, PERIOD), 0, 1);
        });
    }

    /// Every worker tells once a minute how far it is behind: a shard's oldest record that is not settled, a shard that waits for a
    /// store included. When none tells, none runs.
    private void watchWorkers(String consumer) {
        int minutes = minutesBehind(consumer);
        add(consumer + "-behind", "function-behind", "the stream workers are more than %d minutes behind the stream for %s, or do not run".formatted(minutes, consumer),
                ours(consumer, "behind", Stats.MAXIMUM), minutes * 60_000.0, ComparisonOperator.GREATER_THAN_THRESHOLD, 3, TreatMissingData.BREACHING);
        watch(consumer + "-gave-up", "batches-given-up", "records that the stream workers could not settle for %s lie in the failures bucket".formatted(consumer),
                ours(consumer, "given_up", Stats.SUM), 0, 1);
    }

    private static int minutesBehind(String consumer) {
        return consumer.equals("ingest") ? INGEST_MINUTES_BEHIND : ARCHIVE_MINUTES_BEHIND;
    }

    private void watchRules() {
        watchRule("rule", props.ruleName(), "Kinesis");
        watchRule("notices-rule", props.noticesRuleName(), "S3");
    }

    /// @param action type of its action, as AWS IoT's metrics name it
    private void watchRule(String name, String rule, String action) {
        watch(name + "-missing", "rule-missing", "devices publish to a topic rule that is not there: AWS IoT acknowledges and drops",
                sum("AWS/IoT", "RuleNotFound", Ordered.strings("RuleName", rule)), 0, 1);
        watch(name + "-failed", "rule-failed", "a topic rule could not hand messages on; they lie under rule-errors/ in the failures bucket",
                sum("AWS/IoT", "Failure", Ordered.strings("RuleName", rule, "ActionType", action)), 0, 1);
        watch(name + "-messages-lost", "records-lost", "a topic rule could hand messages neither on nor to the failures bucket",
                sum("AWS/IoT", "ErrorActionFailure", Ordered.strings("RuleName", rule, "ActionType", "S3")), 0, 1);
    }

    private void watchStores() {
        watch("stream-throttled", "stream-throttled", "Kinesis refuses records of the rule: a shard gets more than it takes",
                ofStream("WriteProvisionedThroughputExceeded"), 0, 2);
        props.hotStore().ifPresent(hotStore -> Ordered.strings("readings", hotStore.readings(), "rollups", hotStore.rollups()).forEach((name, table) ->
                watch("timestream-rejects-" + name, "timestream-rejects", "Timestream has refused late records after it had taken them",
                        sum("AWS/Timestream", "MagneticStoreRejectedRecordCount", Ordered.strings("DatabaseName", hotStore.database(), "TableName", table)), 0, 1)));
    }

    private IMetric ofStream(String name) {
        return props.stream().metric(name, MetricOptions.builder().statistic(Stats.SUM).period(PERIOD).build());
    }

    private static Metric sum(String namespace, String name, Map<String, String> dimensions) {
        return Metric.Builder.create().namespace(namespace).metricName(name).dimensionsMap(dimensions).statistic(Stats.SUM).period(PERIOD).build();
    }

    private void watchReadings() {
        watch("quarantine-rate", "quarantine-rate", "more than one reading in a hundred is refused",
                MathExpression.Builder.create().expression("IF(received > 0, 100 * rejected / received, 0)").period(PERIOD).label("refused, %")
                        .usingMetrics(new TreeMap<>(Map.of("received", ours("ingest", "received", Stats.SUM), "rejected", ours("ingest", "rejected", Stats.SUM))))
                        .build(), QUARANTINE_PERCENT_MAX, 3);
        watch("readings-lost", "readings-lost", "a thing has so many gaps that the oldest was given up: its readings count as lost",
                ours("ingest", "lost", Stats.SUM), 0, 1);
        // no metric comes when no record does, and silence is what this is about
        add("fleet-silent", "fleet-silent", "no device has sent anything for a quarter of an hour", ofStream("IncomingRecords"), 1, ComparisonOperator.LESS_THAN_THRESHOLD, 3, TreatMissingData.BREACHING);
    }

    private void watchCompaction() {
        int minutes = props.config().compactionMinutes();
        int runs = Math.max(1, Math.min(3, MINUTES_A_DAY / minutes));
        Duration period = Duration.minutes(minutes);
        add("compaction-not-run", "compaction-not-run", "what lands does not get into the tables: compaction was not invoked",
                metric(props.functions().get("compact"), "Invocations", Stats.SUM, period), 1, ComparisonOperator.LESS_THAN_THRESHOLD, runs, TreatMissingData.BREACHING);
        add("compaction-behind", "compaction-behind", "compaction does not get through in the time of a run", ours("compact", "behind", Stats.MAXIMUM).with(
                MetricOptions.builder().period(period).build()), 0, ComparisonOperator.GREATER_THAN_THRESHOLD, runs,
                TreatMissingData.NOT_BREACHING);
    }

    private void watchRedrive() {
        watch("redrive-unreadable", "redrive-unreadable", "documents in the failures bucket cannot be read: what they tell of is nowhere else",
                // each run finds them again
                ours("redrive", "unreadable", Stats.MAXIMUM).with(MetricOptions.builder().period(FailuresToStream.EVERY).build()), 0, 1);
        watch("redrive-gave-up", "redrive-gave-up", "records were given up again after each redrive, and are in quarantine",
                ours("redrive", "quarantined", Stats.SUM), 0, 1);
    }

    /// No metric comes when the function does not run, and then nobody knows what is missing.
    private void watchCompleteness() {
        int minutes = props.config().completenessMinutes();
        add("completeness", "completeness", "of the readings that devices took in the last day more than one in 10,000 did not come, or nobody has looked",
                completeness(props.config()), COMPLETENESS_PERCENT_MIN, ComparisonOperator.LESS_THAN_THRESHOLD, Math.max(1, Math.min(2, MINUTES_A_DAY / minutes)),
                TreatMissingData.BREACHING);
    }

    /// Of the readings that things are known to have taken in the last day those that came, in percent.
    static IMetric completeness(Config config) {
        return MathExpression.Builder.create().expression("IF(expected > 0, 100 * taken / expected, 100)").period(Duration.minutes(config.completenessMinutes()))
                .label("complete, %")
                .usingMetrics(new TreeMap<>(Map.of("expected", ours("completeness", "day_expected", Stats.AVERAGE), "taken", ours("completeness", "day_taken", Stats.AVERAGE))))
                .build();
    }

    /// A metric that a function writes into its log.
    static Metric ours(String function, String name, String statistic) {
        return Metric.Builder.create().namespace("Millrace").metricName(name).dimensionsMap(Ordered.strings("function", function)).statistic(statistic).period(PERIOD).build();
    }

    /// @param page  in `docs/runbooks`, without its ending
    /// @param means what has happened when the alarm is on
    /// @param above the alarm is on if the metric is greater
    /// @param times periods in a row
    private void watch(String name, String page, String means, IMetric metric, double above, int times) {
        add(name, page, means, metric, above, ComparisonOperator.GREATER_THAN_THRESHOLD, times, TreatMissingData.NOT_BREACHING);
    }

    private void add(String name, String page, String means, IMetric metric, double threshold, ComparisonOperator comparison, int times, TreatMissingData missing) {
        Alarm alarm = Alarm.Builder.create(this, name)
                .alarmName("millrace-%s-%s".formatted(props.config().environment(), name))
                .alarmDescription("%s. What to do: docs/runbooks/%s.md".formatted(Character.toUpperCase(means.charAt(0)) + means.substring(1), page))
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(comparison)
                .evaluationPeriods(times)
                .treatMissingData(missing)
                .build();
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
        alarms.add(alarm);
    }

    List<IAlarm> all() {
        return List.copyOf(alarms);
    }

    String topicArn() {
        return topic.getTopicArn();
    }
}
