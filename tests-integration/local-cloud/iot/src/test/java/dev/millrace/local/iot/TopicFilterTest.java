package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "dt/+/+, dt/truck-1/truck, true",
        "dt/+/+, dt/truck-1, false",
        "dt/+/+, dt/truck-1/truck/x, false",
        "dt/+/+, dt//truck, true",
        "dt/a, dt/b, false",
        "dt/#, dt/a, true",
        "dt/#, dt/a/b/c, true",
        "dt/#, dt, false",
        "#, a/b, true",
        "#, $aws/things, false",
        "+/x, $aws/x, false"})
    void aFilterMatchesAsInTheRulesEngine(String filter, String topic, boolean expected) {
        assertThat(TopicFilter.parse(filter).matches(topic)).isEqualTo(expected);
    }

    @Test
    void theFilterOfARuleWithoutFromMatchesNothing() {
        assertThat(TopicFilter.nothing().matches("a")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b+", "a/#/b", "a#", "$aws/things/+/shadow/update"})
    void whatIsNoFilterIsRefused(String filter) {
        assertThatThrownBy(() -> TopicFilter.parse(filter)).isInstanceOf(IllegalArgumentException.class);
    }
}
