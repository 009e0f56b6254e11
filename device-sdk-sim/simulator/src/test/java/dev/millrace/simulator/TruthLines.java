package dev.millrace.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// Reads truth files by regular expressions, not by the code that writes them.
final class TruthLines {
    static final Pattern READING = Pattern.compile(
            "\\{\"kind\":\"reading\",\"thing\":\"([a-z0-9-]+)\",\"type\":\"(\\w+)\",\"epoch\":(\\d+),\"seq\":(\\d+),\"ts\":(?<ts>\\d+),"
                    + "\"m\":\\{[^}]+\\},\"fate\":(?<fate>\"accept\"|\"quarantine\",\"reason\":\"out_of_range\")\\}");
    static final Pattern INJECTED = Pattern.compile(
            "\\{\"kind\":\"injected\",\"thing\":\"([a-z0-9-]+)\",\"reason\":\"(malformed|unknown_version|spoofed)\",\"payload\":\"([A-Za-z0-9+/=]+)\"\\}");

    private TruthLines() {
    }

    /// To where a run wrote, though it did not end the file.
    static List<String> all(Path truth) throws IOException {
        var text = new ByteArrayOutputStream();
        try (var file = new GZIPInputStream(Files.newInputStream(truth))) {
            for (int next = file.read(); next >= 0; next = file.read()) {
                text.write(next);
            }
        } catch (EOFException _) {
            // all that there is
        }
        return text.toString(UTF_8).lines().toList();
    }

    static List<Matcher> of(Path truth, Pattern kind) throws IOException {
        List<Matcher> lines = new ArrayList<>();
        for (String line : all(truth)) {
            Matcher matcher = kind.matcher(line);
            if (matcher.matches()) {
                lines.add(matcher);
            }
        }
        return lines;
    }

    static List<ReadingId> ids(Path truth) throws IOException {
        return of(truth, READING).stream().map(line -> new ReadingId(line.group(1), Long.parseLong(line.group(3)), Long.parseLong(line.group(4)))).toList();
    }
}
