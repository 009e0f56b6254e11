package dev.millrace.completeness;

import static dev.millrace.completeness.Things.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
    @Test
    void whatWasRememberedIsKnownAgain() {
        var lost = new LostByThing();
        lost.add("truck-2", 3, List.of(range(1, 9)));
        lost.add("truck-2", 3, List.of(range(10, 12), range(4, 5)));
        lost.add("truck-2", 4, List.of(range(7, 7)));
        var memory = new Memory(new TreeMap<>(Map.of("truck-1", List.of(new Gap(3, range(5, 9), 100, 200, 2, 300), new Gap(4, range(1, 1), 1, 2, 0, 0)))), lost, 77,
                new History(List.of(new History.Sum(1, 2, 3), new History.Sum(4, 5, 6))));

        Memory again = Memory.decode(memory.encode());

        assertThat(again.gaps()).isEqualTo(memory.gaps());
        assertThat(again.history()).isEqualTo(memory.history());
        assertThat(again.noticesUntil()).isEqualTo(77);
        assertThat(again.lost().things()).containsExactly("truck-2");
        assertThat(again.lost().of("truck-2")).isEqualTo(Map.of(3L, List.of(range(1, 12)), 4L, List.of(range(7, 7))));
        assertThat(Memory.decode(Memory.empty().encode()).gaps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"v":2}                                                    | has format 2, this release knows 1
            {                                                          | is no JSON in gzip
            {"v":1}                                                    | has no whole number
            {"v":1,"notices_until":1,"gaps":{"a":[[1,2]]}}             | has no whole number where one is expected: [1,2]
            """)
    void whatIsDamagedIsNotTakenForEmpty(String text, String message) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.decode(bytes.toByteArray())).withMessageContaining(message);
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.decode(text.getBytes(StandardCharsets.UTF_8))).withMessageContaining("is no JSON in gzip");
    }
}
