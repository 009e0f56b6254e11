package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({"rate(1 minute), PT1M", "rate(15 minutes), PT15M", "rate(1 hour), PT1H", "rate(36 hours), PT36H", "rate(1 day), PT24H", "rate(2 days), PT48H"})
    void aRateIsReadAsEventBridgeWritesIt(String expression, Duration every) {
        assertThat(Rate.parse(expression)).isEqualTo(new Rate(every));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "rate(0 minutes)", "rate(1 minutes)", "rate(2 minute)", "rate(-5 minutes)", "rate(5 seconds)", "rate(5  minutes)",
        "Rate(5 minutes)", "rate(5 minutes) ", "rate(5minutes)", "rate(1.5 hours)", "rate(99999999 days)"})
    void whatEventBridgeRefusesIsRefused(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(expression)).withMessageEndingWith("came " + expression);
    }

    @Test
    void cronIsNotSimulated() {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse("cron(0 12 * * ? *)"))
                .withMessage("expected as rate(1 minute|hour|day) or rate(N minutes|hours|days) with N above 1, came cron(0 12 * * ? *)");
    }
}
