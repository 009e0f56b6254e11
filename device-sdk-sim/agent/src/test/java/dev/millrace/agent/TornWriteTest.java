package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A segment that a power failure cut off anywhere, or in which any bit is wrong, under [SyncPolicy.EachAppend]: what
/// was given to the caller is read back as it was, or reported as lost; and no identity is given twice.
class TornWriteTest {
    private static final JournalSettings SETTINGS = JournalSettings.defaults();
    /// Of the journals that are opened on damaged files: what they write themselves is not at stake.
    private static final JournalSettings UNFORCED = SETTINGS.withSync(new SyncPolicy.ByInterval(Duration.ofHours(1)));
    private static final int READINGS = 4;

    @TempDir(factory = MemoryTempDir.class)
    private Path temp;
    private final ManualClock clock = new ManualClock();
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Reading> taken = new ArrayList<>();
    private byte[] whole;
    /// Where the entry of each reading ends, and before the first where the head ends.
    private final List<Integer> ends = new ArrayList<>();

    /// One life of a journal that was killed: head, readings, and in the middle an acknowledgement of the second one.
    @BeforeEach
    void write() throws IOException {
        Path folder = temp.resolve("written");
        Path file = Segment.file(folder, 1);
        try (Journal journal = Journal.open(folder, "truck-1", SETTINGS, clock, random)) {
            ends.add((int) Files.size(file));
            for (int i = 0; i < READINGS; i++) {
                taken.add(journal.append(clock.millis() + i, Map.of("speed_kmh", i + 0.5, "rpm", 900.0 + i)));
                ends.add((int) Files.size(file));
                if (i == 2) {
                    journal.acknowledge(epoch(), List.of(new SeqRange(2, 2)));
                }
            }
            whole = Files.readAllBytes(file);
        }
    }

    private long epoch() {
        return taken.getFirst().id().epoch();
    }

    private interface Check {
        void check(Journal journal, List<Reading> recovered);
    }

    private void withJournalOf(byte[] segment, String what, Check check) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(what));
        Files.write(Segment.file(folder, 1), segment);
        try (Journal journal = Journal.open(folder, "truck-1", UNFORCED, clock, random)) {
            List<Reading> recovered = new ArrayList<>();
            journal.forEachRecovered(recovered::add);
            assertThat(journal.pending()).as(what).isEqualTo(recovered.size());
            check.check(journal, recovered);
        }
    }

    private boolean isReportedLost(ReadingId id, Recovery recovery) {
        boolean isKnown = recovery.lost().getOrDefault(id.epoch(), List.of()).stream()
                .anyMatch(range -> range.first() <= id.seq() && id.seq() <= range.last());
        return isKnown || (recovery.unsureFrom().containsKey(id.epoch()) && id.seq() >= recovery.unsureFrom().get(id.epoch()));
    }

    private void assertNothingIsWrong(Journal journal, List<Reading> recovered, List<Reading> given, String what) {
        assertThat(recovered).as(what).isSubsetOf(given).extracting(reading -> reading.id().seq()).isSorted();
        for (Reading reading : given) {
            boolean isAcknowledged = reading.id().seq() == 2;
            assertThat(recovered.contains(reading) || isAcknowledged || isReportedLost(reading.id(), journal.recovery()))
                    .as("%s: %s is read back or reported lost", what, reading.id()).isTrue();
            assertThat(recovered.contains(reading) && isReportedLost(reading.id(), journal.recovery()))
                    .as("%s: %s is not both", what, reading.id()).isFalse();
        }
        ReadingId next = journal.append(clock.millis(), Map.of("rpm", 1.0)).id();
        assertThat(given).as(what).extracting(Reading::id).doesNotContain(next);
    }

    /// At each length the last whole entry was forced, so its reading may have been given to the caller; the torn one was not.
    @Test
    void aSegmentCutAnywhereHasEveryReadingThatWasGiven() throws IOException {
        for (int length = 0; length <= whole.length; length++) {
            int end = length;
            List<Reading> given = taken.subList(0, (int) Math.max(0, ends.stream().filter(at -> at <= end).count() - 1));
            boolean hasHead = length >= ends.getFirst();
            withJournalOf(Arrays.copyOf(whole, length), "cut-" + length, (journal, recovered) -> {
                assertThat(journal.recovery().isWhole()).isTrue();
                assertThat(journal.recovery().start()).isEqualTo(hasHead ? Recovery.EpochStart.CONTINUED : Recovery.EpochStart.NEW_JOURNAL);
                assertThat(recovered).containsAll(given.stream().filter(reading -> reading.id().seq() != 2).toList());
                assertNothingIsWrong(journal, recovered, given, "cut at " + end);
            });
        }
    }

    @Test
    void aWrongBitAnywhereMakesNoReadingWrongAndNoneDisappearInSilence() throws IOException {
        for (int at = 0; at < whole.length; at++) {
            byte[] bent = whole.clone();
            bent[at] ^= (byte) (1 << random.nextInt(8));
            String what = "byte " + at;
            withJournalOf(bent, "bent-" + at, (journal, recovered) -> {
                assertThat(journal.recovery().damages()).as(what).hasSize(1);
                assertThat(recovered).as(what).hasSizeGreaterThanOrEqualTo(READINGS - 2);
                assertNothingIsWrong(journal, recovered, taken, what);
            });
        }
    }

    @Test
    void aByteOfAnyOtherValueIsNoticedToo() throws IOException {
        for (int at = ends.get(READINGS - 2); at < whole.length; at++) {
            for (int value = 1; value < 256; value += 127) {
                byte[] bent = whole.clone();
                bent[at] ^= (byte) value;
                String what = "byte %d xor %d".formatted(at, value);
                withJournalOf(bent, "bent-%d-%d".formatted(at, value), (journal, recovered) -> assertNothingIsWrong(journal, recovered, taken, what));
            }
        }
    }

    /// The older segment of two: the younger one tells what should be in it.
    @Test
    void aWrongByteInAnOlderSegmentIsReportedBySeq() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("two"));
        Files.write(Segment.file(folder, 1), whole);
        Journal.open(folder, "truck-1", SETTINGS, clock, random).close();
        byte[] second = Files.readAllBytes(Segment.file(folder, 2));
        for (int at = ends.getFirst(); at < whole.length; at++) {
            byte[] bent = whole.clone();
            bent[at] ^= 0x10;
            String what = "byte " + at;
            Path copy = Files.createDirectories(temp.resolve("two-" + at));
            Files.write(Segment.file(copy, 2), second);
            Files.write(Segment.file(copy, 1), bent);
            try (Journal journal = Journal.open(copy, "truck-1", UNFORCED, clock, random)) {
                List<Reading> recovered = new ArrayList<>();
                journal.forEachRecovered(recovered::add);
                assertThat(journal.recovery().unsureFrom().getOrDefault(epoch(), READINGS + 1L)).as(what).isGreaterThanOrEqualTo(READINGS);
                assertNothingIsWrong(journal, recovered, taken, what);
            }
        }
    }
}
