package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {
    private static final List<String> ALL = List.of("aws/lambda/", "rule-errors/");

    @Test
    void aScheduleAsksForEverything() throws IOException {
        assertThat(read("""
                {"version":"0","id":"b7e2","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012",
                 "time":"2026-11-27T14:00:00Z","region":"eu-west-1","resources":["arn:aws:events:eu-west-1:123456789012:rule/r"],"detail":{}}"""))
                .isEqualTo(new Request(true, false, ALL, 150_000));
    }

    @Test
    void anOperatorMaySayWhatAndHowMuch() throws IOException {
        assertThat(read("{}")).isEqualTo(new Request(false, false, ALL, 150_000));
        assertThat(read("{\"dryRun\":true,\"prefix\":\"rule-errors/truck-1/\",\"max\":7}")).isEqualTo(new Request(false, true, List.of("rule-errors/truck-1/"), 7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"dryrun":true}               | event may have [dryRun, max, prefix]: 'dryrun'
            {"dryRun":"true"}             | dryRun must be true or false: "true"
            {"prefix":"redriven/"}        | prefix must be text that begins with one of [aws/lambda/, rule-errors/]: "redriven/"
            {"prefix":7}                  | prefix must be text that begins with one of [aws/lambda/, rule-errors/]: 7
            {"max":0}                     | max must be a whole number from 1 to 150000: 0
            {"max":150001}                | max must be a whole number from 1 to 150000: 150001
            {"max":1.5}                   | max must be a whole number from 1 to 150000: 1.5
            {"max":"7"}                   | max must be a whole number from 1 to 150000: "7"
            []                            | event must be a JSON object: ARRAY
            {"source":"aws.events"}       | event may have [dryRun, max, prefix]: 'source'
            """)
    void whatIsNotUnderstoodIsNamed(String event, String message) {
        assertThatThrownBy(() -> read(event)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void anEventThatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> read("{\"max\":")).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("event is not JSON: ");
    }

    private static Request read(String event) throws IOException {
        return Request.read(new ByteArrayInputStream(event.getBytes(UTF_8)));
    }
}
