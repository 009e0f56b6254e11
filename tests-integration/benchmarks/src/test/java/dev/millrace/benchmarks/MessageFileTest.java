package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageFileTest {
    @TempDir
    private Path folder;

    @Test
    void keyIsTheDeviceAndArrivalTheLatestInstant() throws IOException {
        List<Message> messages = read("""
                {"device":"truck-1","ts":100,"m":{"rpm":1}}
                {"device":"truck-2","readings":[{"seq":1,"ts":300,"m":{"rpm":1}},{"seq":2,"ts":200,"m":{"device":1}}]}
                """);

        assertThat(messages).extracting(Message::thing).containsExactly("truck-1", "truck-2");
        assertThat(messages).extracting(Message::arrivedAtMillis).containsExactly(100L, 300L);
    }

    @Test
    void aLineThatIsNoMessageIsSentAsItIsInTheNameOfTheThingBefore() throws IOException {
        List<Message> messages = read("{\"device\":\"truck-1\",\"ts\":100}\n{\"device\":\"truck-2\",\"ts\":1\n\nnonsense \u00ff\n[\"device\"]\n{\"device\":\"no thing\",\"ts\":5}");

        assertThat(messages).extracting(Message::thing).hasSize(6).containsOnly("truck-1");
        assertThat(messages).extracting(Message::arrivedAtMillis).containsOnly(100L);
        assertThat(messages).extracting(message -> new String(message.payload(), UTF_8)).containsExactly("{\"device\":\"truck-1\",\"ts\":100}",
                "{\"device\":\"truck-2\",\"ts\":1", "", "nonsense \u00ff", "[\"device\"]", "{\"device\":\"no thing\",\"ts\":5}");
    }

    @Test
    void aLineOverTheSizeOfARecordIsRefusedByItsNumber() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("{}\n" + " ".repeat(MessageFile.LINE_BYTES_MAX + 1)))
                .withMessageContaining("input.jsonl: line 2 is longer than a Kinesis record may be: 1048576 bytes");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("")).withMessageContaining("input.jsonl: no message in it");
    }

    private List<Message> read(String text) throws IOException {
        return MessageFile.read(Files.writeString(folder.resolve("input.jsonl"), text));
    }
}
