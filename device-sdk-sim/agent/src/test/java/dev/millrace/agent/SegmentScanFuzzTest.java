package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentScanFuzzTest {
    private static final Path FILE = Path.of("0000000001.segment");

    static Stream<byte[]> seeds() {
        var opened = new Entry.Opened("a", 3, 1, true);
        var taken = new Entry.Taken(new Reading(new ReadingId("a", 3, 1), 60_000, new TreeMap<>(Map.of("rpm", 1_400.0, "speed_kmh", 88.1))));
        var acknowledged = new Entry.Acknowledged(3, List.of(new SeqRange(1, 1), new SeqRange(4, 9)));
        return Stream.of(segment(List.of()), segment(List.of(opened)), segment(List.of(opened, taken, taken, acknowledged, new Entry.Closed())));
    }

    static byte[] segment(List<Entry> entries) {
        var bytes = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            bytes.writeBytes(EntryFormat.frame(entry).array());
        }
        return bytes.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreEntriesOrDamage(byte[] bytes) throws EntryFormat.UnknownFormat {
        SegmentScan scan;
        try {
            scan = SegmentScan.of(1, FILE, bytes, "a");
        } catch (EntryFormat.UnknownFormat e) {
            assertThat(e).hasMessageContaining("written by a newer release?");
            return;
        }
        assertThat(scan.endAt()).isBetween(0L, (long) bytes.length);
        if (scan.end() == SegmentScan.End.DAMAGED) {
            assertThat(scan.damages()).isNotEmpty();
        }
        assertThat(SegmentScan.of(1, FILE, segment(scan.entries()), "a").entries()).isEqualTo(scan.entries());
    }
}
