package dev.millrace.local.iot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Counters under the names that AWS IoT publishes to CloudWatch (AWS IoT developer guide, "AWS IoT metrics
/// and dimensions"), summed over the action types of a rule and over the protocols.
final class Metrics {
    /// What is counted of the connections.
    enum Total {
        CONNECT_SUCCESS("Connect.Success"),
        CONNECT_AUTH_ERROR("Connect.AuthError"),
        CONNECT_CLIENT_ERROR("Connect.ClientError"),
        PUBLISH_SUCCESS("PublishIn.Success"),
        PUBLISH_AUTH_ERROR("PublishIn.AuthError"),
        PUBLISH_THROTTLE("PublishIn.Throttle"),
        PUBLISH_CLIENT_ERROR("PublishIn.ClientError");

        private final String awsName;

        Total(String awsName) {
            this.awsName = awsName;
        }
    }

    /// What is counted of each rule.
    enum OfRule {
        TOPIC_MATCH("TopicMatch"),
        RULES_EXECUTED("RulesExecuted"),
        RULE_NOT_FOUND("RuleNotFound"),
        SUCCESS("Success"),
        FAILURE("Failure"),
        ERROR_ACTION_SUCCESS("ErrorActionSuccess"),
        ERROR_ACTION_FAILURE("ErrorActionFailure");

        private final String awsName;

        OfRule(String awsName) {
            this.awsName = awsName;
        }
    }

    /// What AWS bills, in its steps (AWS IoT Core pricing). Messages are of payload and topic; of a rule only the payload is
    /// counted: whether the topic counts there, too, is open (docs/verify-on-aws.md).
    enum Billed {
        /// CONNECT, SUBSCRIBE, PUBLISH in and out, PUBACK of a device; Basic Ingest is none.
        MESSAGES("messages", 5 << 10),
        RULES_TRIGGERED("rulesTriggered", 5 << 10),
        ACTIONS("actions", 5 << 10),
        SHADOW_OPERATIONS("shadowOperations", 1 << 10);

        private final String name;
        private final int stepBytes;

        Billed(String name, int stepBytes) {
            this.name = name;
            this.stepBytes = stepBytes;
        }
    }

    /// Names of missing rules come from clients, so their number is bounded; the rest is counted under this name.
    static final String OTHER_RULES = "(other)";
    static final int RULES_MAX = 1000;

    private final Map<Total, AtomicLong> totals = new EnumMap<>(Total.class);
    private final Map<Billed, AtomicLong> billed = new EnumMap<>(Billed.class);
    private final Map<String, Map<OfRule, AtomicLong>> byRule = new ConcurrentSkipListMap<>();

    Metrics() {
        for (Total total : Total.values()) {
            totals.put(total, new AtomicLong());
        }
        for (Billed unit : Billed.values()) {
            billed.put(unit, new AtomicLong());
        }
    }

    /// @return the count after this one
    long count(Total total) {
        return totals.get(total).incrementAndGet();
    }

    /// @return the count after this one
    long count(String rule, OfRule counter) {
        String counted = byRule.containsKey(rule) || byRule.size() < RULES_MAX ? rule : OTHER_RULES;
        return byRule.computeIfAbsent(counted, _ -> zeroes()).get(counter).incrementAndGet();
    }

    /// Counts one of them, by its size in steps; an empty one is a step.
    void bill(Billed unit, int bytes) {
        billed.get(unit).addAndGet(Math.max(1, Math.ceilDiv(bytes, unit.stepBytes)));
    }

    long value(Billed unit) {
        return billed.get(unit).get();
    }

    long value(Total total) {
        return totals.get(total).get();
    }

    /// 0 for a rule of which nothing was counted.
    long value(String rule, OfRule counter) {
        return byRule.getOrDefault(rule, zeroes()).get(counter).get();
    }

    /// `{"Connect.Success":1,…,"billed":{"messages":1,…},"rules":{"<rule>":{"Success":1,…}}}`
    ObjectNode toJson() {
        ObjectNode json = JsonMembers.MAPPER.createObjectNode();
        totals.forEach((total, value) -> json.put(total.awsName, value.get()));
        ObjectNode units = json.putObject("billed");
        billed.forEach((unit, value) -> units.put(unit.name, value.get()));
        ObjectNode rules = json.putObject("rules");
        byRule.forEach((rule, values) -> {
            ObjectNode of = rules.putObject(rule);
            values.forEach((counter, value) -> of.put(counter.awsName, value.get()));
        });
        return json;
    }

    /// Whether the n-th event of a kind gets a log line: the 1st, 10th, 100th and so on, so that a flood of
    /// them does not flood the log.
    static boolean worthALine(long count) {
        long power = 1;
        while (power < count && power <= Long.MAX_VALUE / 10) {
            power *= 10;
        }
        return power == count;
    }

    private static Map<OfRule, AtomicLong> zeroes() {
        Map<OfRule, AtomicLong> values = new EnumMap<>(OfRule.class);
        for (OfRule counter : OfRule.values()) {
            values.put(counter, new AtomicLong());
        }
        return values;
    }
}
