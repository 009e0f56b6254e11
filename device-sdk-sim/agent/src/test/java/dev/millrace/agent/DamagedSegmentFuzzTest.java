package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What disks do to a segment: they lose its end, zero a stretch of it, or spoil a byte or two. CRC32C sees each of
/// these for certain or but for one in 2^32.
class DamagedSegmentFuzzTest {
    @FuzzTest
    void whatIsReadFromADamagedSegmentWasWrittenAndInThisOrder(FuzzedDataProvider data) throws IOException {
        List<Entry> written = entries(data);
        byte[] damaged = damaged(SegmentScanFuzzTest.segment(written), data);

        SegmentScanFuzzTest.Read scan = SegmentScanFuzzTest.read(damaged);

        int at = 0;
        for (Entry entry : scan.entries()) {
            while (at < written.size() && !written.get(at).equals(entry)) {
                at++;
            }
            assertThat(at).as("%s was written", entry).isLessThan(written.size());
            at++;
        }
        if (scan.isClosed()) {
            assertThat(scan.damages() == 0).as("a hole is named").isEqualTo(scan.entries().equals(written));
        }
    }

    private static List<Entry> entries(FuzzedDataProvider data) {
        List<Entry> entries = new ArrayList<>(List.of(new Entry.Opened("a", 3, 1, data.consumeBoolean())));
        int count = data.consumeInt(1, 5);
        for (int seq = 1; seq <= count; seq++) {
            var measures = new TreeMap<String, Double>(Map.of("rpm", data.consumeRegularDouble(), "speed_kmh", data.consumeRegularDouble()));
            entries.add(new Entry.Taken(new Reading(new ReadingId("a", 3, seq), data.consumeLong(0, Long.MAX_VALUE), measures)));
        }
        entries.add(new Entry.Acknowledged(3, List.of(new SeqRange(1, data.consumeInt(1, count)))));
        entries.add(new Entry.Closed());
        return entries;
    }

    private static byte[] damaged(byte[] segment, FuzzedDataProvider data) {
        int from = data.consumeInt(0, segment.length - 2);
        switch (data.consumeInt(0, 3)) {
            case 0 -> {
                return Arrays.copyOf(segment, from);
            }
            case 1 -> Arrays.fill(segment, from, data.consumeInt(from, segment.length), (byte) 0);
            case 2 -> {
                segment[from] ^= data.consumeByte();
                segment[from + 1] ^= data.consumeByte();
            }
            default -> {
                // the disk did its duty
            }
        }
        return segment;
    }
}
