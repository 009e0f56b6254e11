package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    private static Answer answer(List<String> columns, List<List<Object>> rows) {
        return new Answer(columns, Collections.nCopies(columns.size(), "varchar"), rows, Duration.ofMillis(1_250), 12_345_678);
    }

    @Test
    void numbersAreAsLongAsTheyMustBe() {
        Answer answer = answer(List.of("a"), List.of(List.of(0.1 + 0.2), List.of(1_234_567L), List.of(48.123456), List.of(-7.0), List.of(Double.NaN)));

        assertThat(AnswerText.table(answer).lines().skip(2).map(String::strip)).containsExactly("0.3", "1234567", "48.123456", "-7", "NaN");
    }

    @Test
    void timesAreUtc() {
        Answer answer = answer(List.of("a"), List.of(List.of(ZonedDateTime.parse("2026-03-05T12:00:00.250+01:00")), List.of(LocalDateTime.parse("2026-03-05T12:00:00")),
                List.of(LocalDate.parse("2026-03-05"))));

        assertThat(AnswerText.csv(answer)).isEqualTo("a\n2026-03-05 11:00:00.250 UTC\n2026-03-05 12:00:00\n2026-03-05\n");
    }

    @Test
    void csvQuotesWhatWouldBeMisread() {
        Answer answer = answer(List.of("plain", "odd,name"), List.of(Arrays.asList("a\"b", null), List.of("", "two\nlines"), List.of("x", Map.of("k", 1.0))));

        assertThat(AnswerText.csv(answer)).isEqualTo("plain,\"odd,name\"\n\"a\"\"b\",\n\"\",\"two\nlines\"\nx,{k=1.0}\n");
    }

    @Test
    void aLongAnswerIsCutAndSaysSo() {
        Answer answer = answer(List.of("a"), Collections.nCopies(1_502, List.of("x")));

        assertThat(AnswerText.table(answer).lines()).hasSize(2 + 500 + 1).last().isEqualTo("  … and 1,002 rows more: --csv prints all");
        assertThat(AnswerText.csv(answer).lines()).hasSize(1_503);
    }

    @Test
    void theSummaryTellsTimeBytesAndPrice() {
        assertThat(AnswerText.summary(answer(List.of("a"), List.of(List.of("x")))))
                .isEqualTo("1 rows in 1.3 s; 12,345,678 bytes scanned, for which Athena would bill 13 MB (0.00007 USD at 5 USD a TB)");
    }
}
