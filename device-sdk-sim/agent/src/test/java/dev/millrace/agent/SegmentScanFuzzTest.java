package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentScanFuzzTest {
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

    /// What a reader makes of bytes.
    record Read(List<Entry> entries, int damages, SegmentScan.End end, long endAt) {
        boolean isClosed() {
            return end == SegmentScan.End.WHOLE && !entries.isEmpty() && entries.getLast() instanceof Entry.Closed;
        }
    }

    static Read read(byte[] bytes) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int damages = 0;
        var reader = new SegmentReader(SegmentReader.Source.of(bytes), 0, bytes.length, "a");
        while (true) {
            switch (reader.next()) {
                case SegmentReader.Piece.Whole whole -> entries.add(whole.entry());
                case SegmentReader.Piece.Damage _ -> damages++;
                case SegmentReader.Piece.End(SegmentScan.End end, long from) -> {
                    return new Read(entries, end == SegmentScan.End.DAMAGED ? damages + 1 : damages, end, from);
                }
            }
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreEntriesOrDamage(byte[] bytes) throws IOException {
        Read read;
        try {
            read = read(bytes);
        } catch (EntryFormat.UnknownFormat e) {
            assertThat(e).hasMessageContaining("written by a newer release?");
            return;
        }
        assertThat(read.endAt()).isBetween(0L, (long) bytes.length);
        assertThat(read(segment(read.entries())).entries()).isEqualTo(read.entries());
    }
}
