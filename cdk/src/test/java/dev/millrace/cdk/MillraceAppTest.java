package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the app as a user does: by `java`, in a JVM of its own.
class MillraceAppTest {
    @TempDir
    private Path directory;

    private record Run(int exitCode, String output) {
    }

    @BeforeEach
    void makeZips() throws IOException {
        for (String function : List.of("ingest", "archive", "provision", "sweep", "compact", "redrive", "completeness")) {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(directory.resolve(function + "-lambda.zip")))) {
                zip.putNextEntry(new ZipEntry(function));
            }
        }
    }

    private Run run(boolean validating, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"),
                MillraceApp.class.getName(),
                "-c", "functionZips=" + directory));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        builder.environment().put("CDK_VALIDATION", Boolean.toString(validating));
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after 120 s: " + command);
        }
        return new Run(process.exitValue(), Files.readString(directory.resolve("log")));
    }

    @Test
    void twoSynthesesInTwoJvmsGiveTheSameBytesAndSayNothing() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");

        assertThat(run(true, "--output", first.toString())).isEqualTo(new Run(0, ""));
        assertThat(run(false, "--output", second.toString())).isEqualTo(new Run(0, ""));

        assertThat(files(first)).isEqualTo(files(second)).contains("Millrace-dev-State.template.json", "Millrace-dev-Flow.template.json", "manifest.json");
        for (String file : files(first)) {
            // it tells whether the validator ran
            if (!file.equals("validation-report.json")) {
                assertThat(first.resolve(file)).hasSameBinaryContentAs(second.resolve(file));
            }
        }
        assertOnlyOneFindingIsAcknowledged(first);
    }

    private static void assertOnlyOneFindingIsAcknowledged(Path assembly) throws IOException {
        Set<String> suppressed = new TreeSet<>();
        JsonNode reports = new ObjectMapper().readTree(assembly.resolve("validation-report.json").toFile()).findValue("pluginReports");
        for (JsonNode report : reports) {
            assertThat(report.get("violations")).isEmpty();
            report.get("suppressedViolations").forEach(violation -> suppressed.add(violation.get("ruleName").asText()));
        }
        // W3697: Timestream for LiveAnalytics is in maintenance, see StateStack
        assertThat(suppressed).contains("W3697").allMatch(rule -> rule.equals("W3697") || rule.contains("snapStartRequirePublish"));
    }

    @Test
    void aWrongSettingStopsWithOneLineAndExitCode2() throws Exception {
        assertThat(run(false, "-c", "shards=0")).isEqualTo(new Run(2, "millrace: shards must be a whole number from 1 to 200: '0'\n"));
        assertThat(run(false, "--verbose")).isEqualTo(new Run(2, "millrace: unknown argument '--verbose', expected -c key=value or --output DIR\n"));
    }

    private static Set<String> files(Path assembly) throws IOException {
        try (Stream<Path> files = Files.list(assembly)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
        }
    }
}
