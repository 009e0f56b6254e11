package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRuleTest {
    private static final String KINESIS = "{'Kinesis':{'StreamName':'readings','PartitionKey':'${topic(2)}','RoleArn':'arn:r'}}";

    @Test
    void aRuleIsReadAsCloudFormationWritesIt() {
        TopicRule rule = rule("""
                {'Sql':"SELECT * FROM 'dt/+/+'",'AwsIotSqlVersion':'2016-03-23','RuleDisabled':'false','Description':'d','Actions':[%s],
                 'ErrorAction':{'S3':{'BucketName':'errors','Key':'e/${newuuid()}.json','RoleArn':'arn:r'}}}""".formatted(KINESIS));

        assertThat(rule.from().matches("dt/truck-1/truck")).isTrue();
        assertThat(rule.disabled()).isFalse();
        assertThat(rule.actions()).singleElement().satisfies(action -> {
            assertThat(action).isInstanceOf(RuleAction.ToKinesis.class);
            assertThat(action.resource()).isEqualTo("readings");
        });
        assertThat(rule.errorActions()).singleElement().isInstanceOf(RuleAction.ToS3.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT * FROM 'a/b'", "select  *\nfrom 'a/b' ", " Select * From 'a/b'"})
    void theWordsOfTheStatementMayBeWrittenInAnyCase(String sql) {
        assertThat(RuleSql.parse(sql).matches("a/b")).isTrue();
    }

    @Test
    void fromMayBeAbsentForBasicIngest() {
        assertThat(RuleSql.parse("SELECT *")).isEqualTo(TopicFilter.nothing());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "SELECT temperature FROM 'a' | only SELECT * is simulated: \"temperature\"",
        "SELECT *, topic() AS t FROM 'a' | only SELECT * is simulated: \"*, topic() AS t\"",
        "SELECT VALUE * FROM 'a' | only SELECT * is simulated: \"VALUE *\"",
        "SELECT * FROM 'a' WHERE x > 1 | WHERE is not simulated: \"WHERE x > 1\"",
        "SELECT * FROM 'a', 'b' | nothing may follow FROM '<topic filter>': \", 'b'\"",
        "SELECT * FROM a | expected FROM '<topic filter>': \"a\"",
        "SELECT * WHERE x > 1 | only SELECT * is simulated: \"* WHERE x > 1\"",
        "DELETE | expected SELECT * FROM '<topic filter>': \"DELETE\""})
    void otherSqlIsRefusedWithTheRuleAndTheText(String sql, String message) {
        assertThatThrownBy(() -> rule("{'Sql':\"%s\",'AwsIotSqlVersion':'2016-03-23','Actions':[%s]}".formatted(sql, KINESIS)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("rule millrace_test.Sql: " + message);
    }

    @Test
    void anAbsentSqlVersionIsRefusedBecauseAwsWouldUseAnOldOne() {
        assertThatThrownBy(() -> rule("{'Sql':\"SELECT * FROM 'a'\",'Actions':[%s]}".formatted(KINESIS)))
                .hasMessageContaining("rule millrace_test.AwsIotSqlVersion: absent; AWS would then use 2015-10-08");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'Lambda':{'FunctionArn':'a'}} | rule millrace_test.Actions[0].Lambda: this action is not simulated",
        "{'Kinesis':{'StreamName':'s','RoleArn':'a'}} | rule millrace_test.Actions[0].Kinesis.PartitionKey: expected text, is absent",
        "{'Kinesis':{'StreamName':'s','PartitionKey':'${principal()}','RoleArn':'a'}} | Kinesis.PartitionKey: substitution template is not simulated: \"${principal()}\"",
        "{'Kinesis':{'StreamName':'s','PartitionKey':'${topic(0)}','RoleArn':'a'}} | substitution template is not simulated: \"${topic(0)}\"",
        "{'S3':{'BucketName':'s','Key':'${topic(','RoleArn':'a'}} | S3.Key: substitution template has '${' without '}'",
        "{'S3':{'BucketName':'s','Key':'k','RoleArn':'a','CannedAcl':'private'}} | S3.CannedAcl: unknown member",
        "{} | expected exactly one action"})
    void anActionThatIsNotSimulatedIsRefused(String action, String message) {
        assertThatThrownBy(() -> rule("{'Sql':\"SELECT * FROM 'a'\",'AwsIotSqlVersion':'2016-03-23','Actions':[%s]}".formatted(action)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void aRuleHasAtMostTenActions() {
        String eleven = String.join(",", java.util.Collections.nCopies(11, KINESIS));

        assertThatThrownBy(() -> rule("{'Sql':\"SELECT * FROM 'a'\",'AwsIotSqlVersion':'2016-03-23','Actions':[%s]}".formatted(eleven)))
                .hasMessage("rule millrace_test: expected 1 to 10 actions, has 11");
    }

    @Test
    void aRuleNameHasNoHyphen() {
        assertThatThrownBy(() -> TopicRule.parse("millrace-test", JsonMembers.MAPPER.readTree("""
                {"Sql":"SELECT *","AwsIotSqlVersion":"2016-03-23","Actions":[]}"""))).hasMessageContaining("rule name must match");
    }

    /// Apostrophes stand for quotation marks, except between quotation marks.
    private static TopicRule rule(String json) {
        var text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char character = json.charAt(i);
            quoted ^= character == '"';
            text.append(character == '\'' && !quoted ? '"' : character);
        }
        try {
            return TopicRule.parse("millrace_test", JsonMembers.MAPPER.readTree(text.toString()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the test's JSON is wrong: " + text, e);
        }
    }
}
