package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final String ARN = "arn:aws:iot:eu-west-1:000000000000:";
    private static final Caller TRUCK = new Caller("truck-1", Set.of("truck-1"));

    @Test
    void nothingIsAllowedWithoutAStatement() {
        assertThat(Policy.allow(List.of(), TRUCK, "iot:Connect", ARN + "client/truck-1")).isFalse();
    }

    @Test
    void aStatementAllowsItsActionOnItsResourceOnly() {
        Policy policy = policy("""
                {"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/a/b"}""");

        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/a/b")).isTrue();
        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/a/bc")).isFalse();
        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/a")).isFalse();
        assertThat(allows(policy, TRUCK, "iot:Receive", "topic/a/b")).isFalse();
    }

    @Test
    void anExplicitDenyWinsWhereverItStands() {
        Policy allow = policy("""
                {"Effect":"Allow","Action":["iot:*"],"Resource":["*"]}""");
        Policy deny = policy("""
                {"Effect":"Deny","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/secret/*"}""");

        assertThat(Policy.allow(List.of(allow, deny), TRUCK, "iot:Publish", ARN + "topic/open")).isTrue();
        assertThat(Policy.allow(List.of(allow, deny), TRUCK, "iot:Publish", ARN + "topic/secret/x")).isFalse();
        assertThat(Policy.allow(List.of(deny, allow), TRUCK, "iot:Publish", ARN + "topic/secret/x")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "topic/a/*/z, topic/a/b/c/z, true",
        "topic/a/*/z, topic/a/z, false",
        "topic/*a*b*, topic/xxaxxbxx, true",
        "topic/*a*b, topic/abba, false",
        "topic/a?c, topic/abc, true",
        "topic/a?c, topic/ac, false",
        "topicfilter/a/+/#, topicfilter/a/+/#, true",
        "topicfilter/a/+, topicfilter/a/b, false",
        "topicfilter/a/#, topicfilter/a/b/c, false",
        "topicfilter/a/*, topicfilter/a/#, true"})
    void starAndQuestionMarkAreTheOnlyWildcards(String pattern, String resource, boolean expected) {
        Policy policy = policy("""
                {"Effect":"Allow","Action":"iot:*","Resource":"arn:aws:iot:eu-west-1:000000000000:%s"}""".formatted(pattern));

        assertThat(allows(policy, TRUCK, "iot:Subscribe", resource)).isEqualTo(expected);
    }

    @Test
    void theThingsNameResolvesOnlyIfTheClientIdIsTheAttachedThing() {
        Policy policy = policy("""
                {"Effect":"Allow","Action":"iot:Publish",
                 "Resource":"arn:aws:iot:eu-west-1:000000000000:topic/dt/${iot:Connection.Thing.ThingName}/*"}""");

        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/dt/truck-1/x")).isTrue();
        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/dt/truck-2/x")).isFalse();
        assertThat(allows(policy, new Caller("other", Set.of("truck-1")), "iot:Publish", "topic/dt/truck-1/x")).isFalse();
        assertThat(allows(policy, new Caller("truck-1", Set.of()), "iot:Publish", "topic/dt/truck-1/x")).isFalse();
        assertThat(allows(policy, new Caller("truck-1", Set.of()), "iot:Publish", "topic/dt//x")).isFalse();
    }

    @Test
    void theValueOfAVariableIsNoPattern() {
        Policy policy = policy("""
                {"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/${iot:ClientId}/x"}""");

        assertThat(allows(policy, new Caller("*", Set.of()), "iot:Publish", "topic/truck-1/x")).isFalse();
        assertThat(allows(policy, new Caller("*", Set.of()), "iot:Publish", "topic/*/x")).isTrue();
        assertThat(allows(policy, TRUCK, "iot:Publish", "topic/truck-1/x")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"true\"", "[\"true\"]"})
    void theConditionIsAttachedHoldsOnlyForAnAttachedThing(String value) {
        Policy policy = policy("""
                {"Sid":"S","Effect":"Allow","Action":"iot:Connect","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":%s}}}"""
                .formatted(value));

        assertThat(allows(policy, TRUCK, "iot:Connect", "client/truck-1")).isTrue();
        assertThat(allows(policy, new Caller("truck-1", Set.of()), "iot:Connect", "client/truck-1")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'Effect':'Allow','NotAction':'iot:Publish','Resource':'*'} | policy p.Statement[0].NotAction: not simulated",
        "{'Effect':'Allow','Action':'iot:Publish','NotResource':'*'} | policy p.Statement[0].NotResource: not simulated",
        "{'Effect':'allow','Action':'iot:Publish','Resource':'*'} | policy p.Statement[0].Effect: expected Allow or Deny, is allow",
        "{'Effect':'Allow','Action':'iot:Publsh','Resource':'*'} | iot:Publsh is not an action of an AWS IoT Core policy",
        "{'Effect':'Allow','Action':[],'Resource':'*'} | policy p.Statement[0].Action: the list is empty",
        "{'Effect':'Allow','Action':'iot:Publish','Resource':'topic/a'} | expected * or an ARN, is topic/a",
        "{'Effect':'Allow','Action':'iot:Publish','Resource':'arn:${iot:Certificate.Subject.CommonName}'} | the policy variable ${iot:Certificate.Subject.CommonName} is not simulated",
        "{'Effect':'Allow','Action':'iot:Publish','Resource':'arn:${x'} | '${' without '}'",
        "{'Effect':'Allow','Action':'iot:Connect','Resource':'*','Condition':{'StringEquals':{'a':'b'}}} | policy p.Statement[0].Condition.StringEquals: this condition operator is not simulated",
        "{'Effect':'Allow','Action':'iot:Connect','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':'true'}}} | aws:SecureTransport: this condition key is not simulated",
        "{'Effect':'Allow','Action':'iot:Connect','Resource':'*','Condition':{'Bool':{'iot:Connection.Thing.IsAttached':'false'}}} | only \"true\" is simulated",
        "{'Effect':'Allow','Action':'iot:Connect','Resource':'*','Extra':1} | policy p.Statement[0].Extra: unknown member"}, quoteCharacter = '`')
    void whatIsNotSimulatedIsRefusedWithThePolicyAndTheElement(String statement, String message) {
        assertThatThrownBy(() -> policy(statement.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("policy p").hasMessageContaining(message);
    }

    @Test
    void aPolicyWithoutTheVersionWithVariablesIsRefused() {
        assertThatThrownBy(() -> Policy.parse("p", json("""
                {"Version":"2008-10-17","Statement":[]}"""))).hasMessage("policy p.Version: expected 2012-10-17, is 2008-10-17");
    }

    @Test
    void aDocumentHasAtMost2048CharactersWithoutWhiteSpace() {
        String head = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"arn:";
        String tail = "\"}}";
        int room = Policy.DOCUMENT_CHARACTERS_MAX - head.length() - tail.length();

        assertThat(Policy.parse("p", json(head + "x".repeat(room) + " ".repeat(500) + tail)).statements()).hasSize(1);
        assertThatThrownBy(() -> Policy.parse("p", json(head + "x".repeat(room + 1) + tail))).hasMessageContaining("at most 2048 characters");
    }

    private static boolean allows(Policy policy, Caller caller, String action, String resource) {
        return Policy.allow(List.of(policy), caller, action, ARN + resource);
    }

    private static Policy policy(String statement) {
        return Policy.parse("p", json("{\"Version\":\"2012-10-17\",\"Statement\":[%s]}".formatted(statement)));
    }

    private static JsonNode json(String text) {
        try {
            return JsonMembers.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
