package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void everySettingHasItsRowWithItsDefaultAndNoRowIsForNone() throws IOException {
        JsonNode context = new ObjectMapper().readTree(Path.of("cdk.json").toFile()).get("context");
        List<String> expected = Config.KEYS.stream().map(key -> {
            String value = context.get(key).asText();
            return "`%s` | %s".formatted(key, value.isEmpty() ? "(empty)" : "`" + value + "`");
        }).toList();

        try (Stream<String> lines = Files.lines(Path.of("../docs/configuration.md"))) {
            List<String> rows = lines.filter(line -> line.startsWith("| `")).map(line -> {
                String[] cells = line.split("\\|", -1);
                assertThat(cells).as(line).hasSize(6);
                return cells[1].strip() + " | " + cells[4].strip();
            }).toList();
            assertThat(rows).isEqualTo(expected);
        }
    }
}
