package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final UUID NEW = new UUID(1, 2);
    private static final Message MESSAGE =
            new Message("dt/truck-1/truck", "truck-1", new byte[0], Instant.ofEpochMilli(1_795_000_001_000L), new UUID(0, 0));

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "${topic()}, dt/truck-1/truck",
        "${topic(2)}, truck-1",
        "${ topic( 3 ) }, truck",
        "${clientid()}, truck-1",
        "e/${timestamp()}-${newuuid()}.json, e/1795000001000-00000000-0000-0001-0000-000000000002.json",
        "$5 {a} ${clientid()}$, $5 {a} truck-1$"})
    void aTemplateIsFilledFromTheMessage(String template, String expected) throws ActionFailed {
        assertThat(Template.parse(template).render(MESSAGE, () -> NEW)).isEqualTo(expected);
    }

    @Test
    void aLevelThatTheTopicDoesNotHaveFailsTheAction() {
        assertThatThrownBy(() -> Template.parse("k/${topic(4)}").render(MESSAGE, () -> NEW))
                .isInstanceOf(ActionFailed.class).hasMessageContaining("topic(4)").hasMessageContaining("k/${topic(4)}");
    }
}
