package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void namesOfMissingRulesAreBounded() {
        var metrics = new Metrics();
        for (int i = 0; i < Metrics.RULES_MAX + 5; i++) {
            metrics.count("rule" + i, Metrics.OfRule.RULE_NOT_FOUND);
        }

        assertThat(metrics.value("rule0", Metrics.OfRule.RULE_NOT_FOUND)).isEqualTo(1);
        assertThat(metrics.value(Metrics.OTHER_RULES, Metrics.OfRule.RULE_NOT_FOUND)).isEqualTo(5);
    }

    @Test
    void whatIsBilledCountsInStepsOfItsSize() {
        var metrics = new Metrics();
        for (int bytes : new int[] {0, 5_120, 5_121}) {
            metrics.bill(Metrics.Billed.RULES_TRIGGERED, bytes);
            metrics.bill(Metrics.Billed.SHADOW_OPERATIONS, bytes);
        }

        assertThat(metrics.value(Metrics.Billed.RULES_TRIGGERED)).isEqualTo(1 + 1 + 2);
        assertThat(metrics.value(Metrics.Billed.SHADOW_OPERATIONS)).isEqualTo(1 + 5 + 6);
        assertThat(metrics.toJson().at("/billed/rulesTriggered").asLong()).isEqualTo(4);
    }

    @Test
    void countersHaveTheNamesOfAws() {
        var metrics = new Metrics();
        metrics.count(Metrics.Total.PUBLISH_AUTH_ERROR);
        metrics.count("telemetry", Metrics.OfRule.ERROR_ACTION_FAILURE);

        assertThat(metrics.toJson().path("PublishIn.AuthError").asLong()).isEqualTo(1);
        assertThat(metrics.toJson().at("/rules/telemetry/ErrorActionFailure").asLong()).isEqualTo(1);
        assertThat(metrics.toJson().at("/rules/telemetry/RuleNotFound").asLong()).isZero();
    }

    @Test
    void aFloodGetsFewLines() {
        assertThat(LongStream.rangeClosed(1, 12_345).filter(Metrics::worthALine)).containsExactly(1L, 10L, 100L, 1_000L, 10_000L);
    }
}
