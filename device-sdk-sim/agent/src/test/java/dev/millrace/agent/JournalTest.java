package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final JournalSettings EACH_APPEND = JournalSettings.defaults();
    private static final JournalSettings BY_INTERVAL = EACH_APPEND.withSync(new SyncPolicy.ByInterval(Duration.ofSeconds(1)));

    @TempDir(factory = MemoryTempDir.class)
    private Path temp;
    private static final JournalSettings SMALL = BY_INTERVAL.withSync(new SyncPolicy.ByInterval(Duration.ofHours(1))).withSegmentBytesMax(4_096)
            .withRetained(0, Duration.ZERO);
    private final ManualClock clock = new ManualClock();
    private final SplittableRandom random = new SplittableRandom(1);

    private Journal open(Path folder, JournalSettings settings) throws IOException {
        return Journal.open(folder, "truck-1", settings, clock, random);
    }

    private static List<Reading> recovered(Journal journal) {
        List<Reading> recovered = new ArrayList<>();
        journal.forEachRecovered(recovered::add);
        return recovered;
    }

    private static void acknowledge(Journal journal, List<Reading> readings) {
        journal.acknowledge(readings.getFirst().id().epoch(), SeqRange.covering(readings));
    }

    private Reading appendOne(Journal journal, double speed) {
        return journal.append(clock.millis(), Map.of("speed_kmh", speed, "rpm", 900 + speed));
    }

    private List<Reading> append(Journal journal, int count) {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            readings.add(appendOne(journal, i + 0.5));
        }
        return readings;
    }

    /// What a killed process leaves behind, while the journal still runs.
    private Path copyOfKilled(Path folder, String name) throws IOException {
        Path copy = Files.createDirectories(temp.resolve(name));
        for (Path file : segments(folder)) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Segment.numberOf(file) >= 0).sorted(Comparator.comparingLong(Segment::numberOf)).toList();
        }
    }

    @Test
    void aNewJournalCountsFromOneInAnEpochOfItsOwn() throws IOException {
        try (Journal journal = open(temp.resolve("j"), EACH_APPEND)) {
            assertThat(journal.recovery().start()).isEqualTo(Recovery.EpochStart.NEW_JOURNAL);
            assertThat(append(journal, 3)).extracting(reading -> reading.id().seq()).containsExactly(1L, 2L, 3L);
            assertThat(journal.recovery().epoch() >> 20).isEqualTo(clock.instant().getEpochSecond());
        }
    }

    @Test
    void afterACloseTheEpochAndTheCountGoOnAndWhatIsNotAcknowledgedIsThere() throws IOException {
        Path folder = temp.resolve("j");
        List<Reading> taken;
        long epoch;
        try (Journal journal = open(folder, BY_INTERVAL)) {
            taken = append(journal, 5);
            acknowledge(journal, List.of(taken.get(1), taken.get(3)));
            epoch = journal.recovery().epoch();
        }
        try (Journal journal = open(folder, BY_INTERVAL)) {
            assertThat(journal.recovery()).isEqualTo(
                    new Recovery(epoch, Recovery.EpochStart.CONTINUED, 3, List.of(), Collections.emptySortedMap(), Collections.emptySortedMap()));
            assertThat(recovered(journal)).containsExactly(taken.get(0), taken.get(2), taken.get(4));
            assertThat(appendOne(journal, 9).id()).isEqualTo(new ReadingId("truck-1", epoch, 6));
        }
    }

    @Test
    void afterAKillTheEpochGoesOnWhereEachReadingIsForced() throws IOException {
        try (Journal killed = open(temp.resolve("j"), EACH_APPEND)) {
            List<Reading> taken = append(killed, 3);

            try (Journal journal = open(copyOfKilled(temp.resolve("j"), "copy"), EACH_APPEND)) {
                assertThat(journal.recovery().start()).isEqualTo(Recovery.EpochStart.CONTINUED);
                assertThat(recovered(journal)).isEqualTo(taken);
                assertThat(appendOne(journal, 9).id()).isEqualTo(new ReadingId("truck-1", killed.recovery().epoch(), 4));
            }
        }
    }

    @Test
    void afterAKillANewEpochBeginsWhereReadingsAreForcedByInterval() throws IOException {
        try (Journal killed = open(temp.resolve("j"), BY_INTERVAL)) {
            List<Reading> taken = append(killed, 3);

            try (Journal journal = open(copyOfKilled(temp.resolve("j"), "copy"), EACH_APPEND)) {
                assertThat(journal.recovery().start()).isEqualTo(Recovery.EpochStart.UNCLEAN_STOP);
                assertThat(journal.recovery().epoch()).isNotEqualTo(killed.recovery().epoch());
                assertThat(recovered(journal)).isEqualTo(taken);
                assertThat(appendOne(journal, 9).id().seq()).isEqualTo(1);
            }
        }
    }

    private static int frameBytes(Reading reading) {
        return EntryFormat.frame(new Entry.Taken(reading)).remaining();
    }

    @Test
    void aDamagedMiddleIsSkippedAndItsReadingCountedAsLost() throws IOException {
        Path folder = temp.resolve("j");
        List<Reading> taken;
        try (Journal journal = open(folder, EACH_APPEND)) {
            taken = append(journal, 3);
        }
        Path file = segments(folder).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        int head = EntryFormat.frame(new Entry.Opened("truck-1", taken.getFirst().id().epoch(), 1, true)).remaining();
        bytes[head + frameBytes(taken.getFirst()) + EntryFormat.HEAD_BYTES + 20] ^= 1;
        Files.write(file, bytes);

        try (Journal journal = open(folder, EACH_APPEND)) {
            assertThat(recovered(journal)).containsExactly(taken.get(0), taken.get(2));
            assertThat(journal.recovery().lost()).containsExactly(Map.entry(taken.getFirst().id().epoch(), List.of(new SeqRange(2, 2))));
            assertThat(journal.recovery().damages()).singleElement().asString().contains(file.toString());
            assertThat(appendOne(journal, 9).id().seq()).isEqualTo(4);
        }
    }

    @Test
    void aDamagedEndOfAnEarlierEpochSaysFromWhichSeqOnItIsUnsure() throws IOException {
        Path folder = temp.resolve("j");
        try (Journal killed = open(folder, BY_INTERVAL)) {
            List<Reading> taken = append(killed, 3);
            Path copy = copyOfKilled(folder, "copy");
            open(copy, EACH_APPEND).close();
            Path first = segments(copy).getFirst();
            byte[] bytes = Files.readAllBytes(first);
            bytes[bytes.length - 1] ^= 1;
            Files.write(first, bytes);

            try (Journal journal = open(copy, EACH_APPEND)) {
                assertThat(journal.recovery().start()).as("the present epoch is whole").isEqualTo(Recovery.EpochStart.CONTINUED);
                assertThat(recovered(journal)).isEqualTo(taken.subList(0, 2));
                assertThat(journal.recovery().unsureFrom()).containsExactly(Map.entry(killed.recovery().epoch(), 3L));
            }
        }
    }

    @Test
    void twoAgentsOfOneProcessCannotShareAJournal() throws IOException {
        Path folder = temp.resolve("j");
        try (Journal _ = open(folder, EACH_APPEND)) {
            assertThatThrownBy(() -> open(folder, EACH_APPEND)).isInstanceOf(IOException.class)
                    .hasMessage("journal %s is in use by another agent of this process: one agent a journal", folder);
        }
        open(folder, EACH_APPEND).close();
    }

    @Test
    void twoProcessesCannotShareAJournal() throws Exception {
        Path folder = temp.resolve("j");
        Process other = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                JournalHolder.class.getName(), folder.toString()).redirectErrorStream(true).start();
        try (var lines = other.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");

            assertThatThrownBy(() -> open(folder, EACH_APPEND)).isInstanceOf(IOException.class)
                    .hasMessage("journal %s is in use by another process: one agent a journal", folder);

            other.destroyForcibly().waitFor();
            try (Journal journal = open(folder, EACH_APPEND)) {
                assertThat(recovered(journal)).hasSize(1);
                assertThat(appendOne(journal, 9).id().seq()).isEqualTo(2);
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aJournalOfAnotherThingIsRefused() throws IOException {
        Path folder = temp.resolve("j");
        open(folder, EACH_APPEND).close();

        assertThatThrownBy(() -> Journal.open(folder, "truck-2", EACH_APPEND, clock, random)).isInstanceOf(IOException.class)
                .hasMessage("journal %s is of thing truck-1, expected truck-2", folder);
    }

    @Test
    void aSegmentGoesWhenItIsAcknowledgedWhateverIsLeftBeforeIt() throws IOException {
        Path folder = temp.resolve("j");
        List<Reading> taken;
        try (Journal journal = open(folder, SMALL)) {
            taken = append(journal, 300);
            assertThat(segments(folder)).hasSizeGreaterThan(3);

            acknowledge(journal, taken.subList(1, 300));
            assertThat(segments(folder)).hasSize(2);
        }
        try (Journal journal = open(folder, SMALL)) {
            assertThat(journal.recovery().isWhole()).isTrue();
            assertThat(recovered(journal)).isEqualTo(taken.subList(0, 1));
            acknowledge(journal, taken.subList(0, 1));
            assertThat(segments(folder)).hasSize(1);
        }
        try (Journal journal = open(folder, SMALL)) {
            assertThat(journal.recovery().isWhole()).isTrue();
            assertThat(recovered(journal)).isEmpty();
            assertThat(appendOne(journal, 9).id().seq()).isEqualTo(301);
        }
    }

    @Test
    void aClosedJournalTakesNothing() throws IOException {
        Journal journal = open(temp.resolve("j"), EACH_APPEND);
        journal.close();

        assertThatIllegalStateException().isThrownBy(() -> appendOne(journal, 1.0)).withMessageContaining("is closed");
    }

    @Test
    void aReadingThatIsNotValidSpendsNoSeq() throws IOException {
        try (Journal journal = open(temp.resolve("j"), EACH_APPEND)) {
            assertThatThrownBy(() -> appendOne(journal, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
            assertThat(appendOne(journal, 1.0).id().seq()).isEqualTo(1);
        }
    }
}
