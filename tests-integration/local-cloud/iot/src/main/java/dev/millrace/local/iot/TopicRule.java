package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;

/// A topic rule as AWS::IoT::TopicRule describes it.
///
/// @param errorActions none or one
record TopicRule(String name, TopicFilter from, List<RuleAction> actions, List<RuleAction> errorActions, boolean disabled) {
    /// AWS IoT: 10, not adjustable (AWS IoT Core quotas).
    static final int ACTIONS_MAX = 10;
    /// AWS IoT: CreateTopicRule, ruleName.
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_]{1,128}");
    private static final String SQL_VERSION = "2016-03-23";

    TopicRule {
        requireNonNull(name, "name is null");
        requireNonNull(from, "from is null");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("rule name must match %s: %s".formatted(NAME, name));
        }
        actions = List.copyOf(actions);
        errorActions = List.copyOf(errorActions);
        if (actions.isEmpty() || actions.size() > ACTIONS_MAX) {
            throw new IllegalArgumentException("rule %s: expected 1 to %d actions, has %d".formatted(name, ACTIONS_MAX, actions.size()));
        }
    }

    /// @param payload `TopicRulePayload` with every intrinsic function resolved
    /// @throws IllegalArgumentException naming the rule and the text that is wrong or not simulated
    static TopicRule parse(String name, JsonNode payload) {
        JsonMembers members = new JsonMembers("rule " + name, payload)
                .only("Sql", "AwsIotSqlVersion", "Actions", "ErrorAction", "RuleDisabled", "Description");
        if (!members.has("AwsIotSqlVersion")) {
            throw new IllegalArgumentException(members.at("AwsIotSqlVersion")
                    + ": absent; AWS would then use 2015-10-08, which is not simulated. Set " + SQL_VERSION);
        }
        if (!members.text("AwsIotSqlVersion").equals(SQL_VERSION)) {
            throw new IllegalArgumentException("%s: only %s is simulated, is %s"
                    .formatted(members.at("AwsIotSqlVersion"), SQL_VERSION, members.text("AwsIotSqlVersion")));
        }
        List<RuleAction> actions = members.objects("Actions").stream().map(RuleAction::parse).toList();
        List<RuleAction> errorActions = members.has("ErrorAction") ? List.of(RuleAction.parse(members.object("ErrorAction"))) : List.of();
        return new TopicRule(name, from(members), actions, errorActions, members.booleanOr("RuleDisabled", false));
    }

    private static TopicFilter from(JsonMembers members) {
        String sql = members.text("Sql");
        try {
            return RuleSql.parse(sql);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(members.at("Sql") + ": " + e.getMessage(), e);
        }
    }
}
