package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the head of each named query says of its cost is true.
class ScannedBytesTest {
    private static final Pattern READS = Pattern.compile("(?m)^-- reads: (.+), (\\d+) days?$");
    private static final Pattern SCANS = Pattern.compile("(?m)^-- scans at most: (?:(\\d+) bytes a reading|every byte)$");
    private static final String READINGS = "_readings";
    private static final String LANDING = "_landing";

    private final TestLake lake = TestLake.get();

    static List<String> names() {
        return List.copyOf(TestLake.get().queries().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aQueryScansNoMoreThanItSays(String name) throws IOException {
        String text = lake.queries().get(name).queryString();
        Matcher reads = found(READS, text);
        Matcher scans = found(SCANS, text);
        LocalDate firstDay = SeededFleet.TODAY.minusDays(Integer.parseInt(reads.group(2)) - 1L);
        long bound = 0;
        for (String table : reads.group(1).split(", ", -1)) {
            bound += scans.group(1) == null ? bytesOf(table, firstDay) : Long.parseLong(scans.group(1)) * readingsOf(table, firstDay);
        }

        long scanned = lake.answer(name).scannedBytes();

        // a bound that is far off would tell nothing
        assertThat(scanned).isBetween(bound / 2, bound);
    }

    @ParameterizedTest
    @MethodSource("names")
    void daysOutsideOfTheLookBackCostNothing(String name) {
        assertThat(lake.answer(name).scannedBytes()).isPositive().isEqualTo(lake.firstAnswer(name).scannedBytes());
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher;
    }

    /// Rows of a table since a day.
    private long readingsOf(String table, LocalDate firstDay) {
        if (table.endsWith(LANDING)) {
            String type = table.substring(0, table.length() - LANDING.length());
            return lake.truth().stream().filter(taken -> taken.type().equals(type)).flatMap(taken -> taken.arrivals().stream())
                    .filter(arrival -> !Taken.dayOf(arrival).isBefore(firstDay)).count();
        }
        String type = table.endsWith(READINGS) ? table.substring(0, table.length() - READINGS.length()) : table;
        return lake.truth().stream().filter(taken -> taken.type().equals(type) && taken.hasArrived() && !taken.day().isBefore(firstDay)).count();
    }

    /// Of the files of a table that is partitioned by day.
    private long bytesOf(String table, LocalDate firstDay) throws IOException {
        Path directory = lake.objects().resolve(table);
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).filter(file -> {
                Matcher date = found(Pattern.compile("(?:arrival_date|/day)=(\\d{4}-\\d{2}-\\d{2})"), file.toString());
                return !LocalDate.parse(date.group(1)).isBefore(firstDay);
            }).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
