package dev.millrace.local.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleRightsTest {
    private static final String ROLE = "arn:aws:iam::000000000000:role/ingest";
    private static final String TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/states";

    @ParameterizedTest
    @CsvSource({
        "dynamodb:BatchGetItem, arn:aws:dynamodb:eu-west-1:000000000000:table/states, true",
        // the name of an action is not case-sensitive, an ARN is
        "DynamoDB:batchgetitem, arn:aws:dynamodb:eu-west-1:000000000000:table/states, true",
        "dynamodb:BatchGetItem, arn:aws:dynamodb:eu-west-1:000000000000:table/States, false",
        "dynamodb:BatchGetItem, arn:aws:dynamodb:eu-west-1:000000000000:table/states2, false",
        "dynamodb:PutItem, arn:aws:dynamodb:eu-west-1:000000000000:table/states, false",
        "s3:PutObject, arn:aws:s3:::lake/quarantine/a/b, true",
        "s3:PutObject, arn:aws:s3:::lake/quarantine, false",
        "s3:PutObject, arn:aws:s3:::lakes/quarantine/a, false",
        "s3:PutObject, arn:aws:s3:::lake/quarantine/secret, false",
        "timestream:DescribeEndpoints, *, true",
        "timestream:DescribeEndpoints, arn:aws:timestream:eu-west-1:000000000000:database/a, true"})
    void whatAStatementNamesIsAllowedAndNothingElse(String action, String resource, boolean allowed) {
        RoleRights rights = rights("""
                {"Effect":"Allow","Action":["dynamodb:BatchGetItem","dynamodb:PartiQLUpdate"],"Resource":"%s"},
                {"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::lake/quarantine/*"]},
                {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::lake/*/secret"},
                {"Effect":"Allow","Action":"timestream:Describe?ndpoints","Resource":"*"}""".formatted(TABLE));

        assertThat(rights.denial(action, resource).isEmpty()).isEqualTo(allowed);
    }

    @Test
    void aDenialIsInTheWordsOfAws() {
        assertThat(rights("").denial("dynamodb:PutItem", TABLE)).contains("User: " + ROLE + " is not authorized to perform: dynamodb:PutItem on resource: " + TABLE
                + " because no identity-based policy allows the dynamodb:PutItem action");
    }

    @Test
    void aServiceMayTakeARoleOnBehalfOfWhomTheTrustPolicyNames() {
        RoleRights rights = RoleRights.of(ROLE, json("""
                {"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"iot.amazonaws.com"},
                 "Condition":{"StringEquals":{"aws:SourceAccount":"000000000000"},"ArnLike":{"aws:SourceArn":"arn:aws:iot:*:000000000000:rule/telemetry"}}}}"""), List.of());

        assertThat(rights.trusts("iot.amazonaws.com", "arn:aws:iot:eu-west-1:000000000000:rule/telemetry", "000000000000")).isTrue();
        assertThat(rights.trusts("iot.amazonaws.com", "arn:aws:iot:eu-west-1:000000000000:rule/other", "000000000000")).isFalse();
        assertThat(rights.trusts("iot.amazonaws.com", "arn:aws:iot:eu-west-1:000000000000:rule/telemetry", "111111111111")).isFalse();
        assertThat(rights.trusts("lambda.amazonaws.com", "arn:aws:iot:eu-west-1:000000000000:rule/telemetry", "000000000000")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"landing/truck/, true", "landing, false", "readings/, true", "quarantine/, false"})
    void aConditionHoldsIfOneOfItsValuesFits(String prefix, boolean allowed) {
        assertThat(rights("""
                {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringLike":{"s3:prefix":["landing/*","readings/*"]}}}""")
                .denial("s3:ListBucket", "arn:aws:s3:::lake", Map.of("s3:prefix", prefix)).isEmpty()).isEqualTo(allowed);
    }

    @Test
    void aConditionOnWhatTheRequestDoesNotCarryDoesNotHold() {
        assertThat(rights("""
                {"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/team":"*"}}}""")
                .denial("s3:GetObject", "arn:aws:s3:::lake/a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"Effect\":\"Allow\",\"NotAction\":\"s3:*\",\"Resource\":\"*\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"NotResource\":\"*\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}}",
        "{\"Effect\":\"allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":{\"Ref\":\"Lake\"}}"})
    void whatIsNotKnownHereIsRefusedWhenTheRoleIsRead(String statement) {
        assertThatThrownBy(() -> rights(statement)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(ROLE);
    }

    @Test
    void aRoleIsTheSameForAnotherProcess() {
        RoleRights there = RoleRights.parse(rights("{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::lake/*\"}").toJson());

        assertThat(there.arn()).isEqualTo(ROLE);
        assertThat(there.denial("s3:GetObject", "arn:aws:s3:::lake/a")).isEmpty();
        assertThat(there.denial("s3:PutObject", "arn:aws:s3:::lake/a")).isPresent();
    }

    private static RoleRights rights(String statements) {
        return RoleRights.of(ROLE, json("{\"Statement\":[]}"), List.of(json("{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}")));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
