package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroundTruthTest {
    @TempDir
    private Path directory;

    @Test
    void everyKindOfLineIsRead() throws IOException {
        GroundTruth truth = read("""
                {"kind":"reading","thing":"a","type":"environment","epoch":3,"seq":1,"ts":1000,"m":{"temperature_c":20.5},"fate":"accept"}
                {"kind":"reading","thing":"a","type":"environment","epoch":3,"seq":2,"ts":2000,"m":{"temperature_c":999},"fate":"quarantine","reason":"out_of_range"}
                {"kind":"injected","thing":"b","reason":"spoofed","payload":"e30="}
                {"kind":"lost","thing":"a","epoch":3,"seqs":[[2,2],[5,6]]}
                {"kind":"summary","taken":2,"packs":1,"packs_resent":1,"readings_resent":2,"packs_delayed":0,"injected":1,"unacknowledged":0}
                """);

        assertThat(truth.readings()).containsEntry(new ReadingId("a", 3, 1), new GroundTruth.Taken(1_000, Map.of("temperature_c", 20.5), ""));
        assertThat(truth.readings().get(new ReadingId("a", 3, 2)).isPlausible()).isFalse();
        assertThat(truth.injected()).containsExactly(new GroundTruth.Injected("b", "spoofed", "e30="));
        assertThat(truth.unsure()).containsExactlyInAnyOrder(new ReadingId("a", 3, 2), new ReadingId("a", 3, 5), new ReadingId("a", 3, 6));
        assertThat(truth.resent()).isEqualTo(2);
    }

    @Test
    void aLineOfAnotherKindIsRefusedWithItsNumber() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("{\"kind\":\"summary\",\"readings_resent\":0}\n{\"kind\":\"rumour\"}\n"))
                .withMessageContaining("truth.jsonl.gz:2: kind must be reading, lost, injected or summary: rumour");
    }

    @Test
    void aFileWhoseWriterWasKilledIsReadToItsLastLine() throws IOException {
        byte[] whole = zipped("{\"kind\":\"summary\",\"readings_resent\":7}\n{\"kind\":\"summary\",\"readings_resent\":7}\n");

        assertThat(GroundTruth.read(Files.write(directory.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 8))).resent()).isEqualTo(14);
    }

    @Test
    void whatIsNotZippedIsRefused() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "{\"kind\":\"summary\"}\n");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> GroundTruth.read(plain)).withMessageContaining("plain: expected JSON lines in gzip");
    }

    private GroundTruth read(String lines) throws IOException {
        return GroundTruth.read(Files.write(directory.resolve("truth.jsonl.gz"), zipped(lines)));
    }

    private static byte[] zipped(String lines) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
