package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds docs/conformance.md to the tests that it names, as they stand in the sources.
class ConformancePageTest {
    private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9]+)`");
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git", ".millrace", "cdk.out");

    @Test
    void everyBehaviourNamesItsTestsAndTheyAreThere() throws IOException {
        Map<String, List<String>> sources = testSources();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(Directories.root().resolve("docs/conformance.md"))) {
            if (!line.startsWith("| ") || line.startsWith("| what AWS documents")) {
                continue;
            }
            rows++;
            int named = 0;
            for (Matcher test = TEST.matcher(line); test.find(); named++) {
                if (sources.getOrDefault(test.group(1), List.of()).stream().noneMatch(source -> isTest(source, test.group(2)))) {
                    wrong.add("no such test: " + test.group());
                }
            }
            if (named == 0) {
                wrong.add("names no test: " + line);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(rows).as("behaviours in docs/conformance.md").isGreaterThanOrEqualTo(60);
    }

    /// A method of this name that JUnit runs: between its annotation and its name stand other annotations and their arguments, and
    /// no other method.
    private static boolean isTest(String source, String method) {
        int at = source.indexOf("\n    void " + method + "(");
        int annotation = Math.max(source.lastIndexOf("\n    @Test\n", at), source.lastIndexOf("\n    @ParameterizedTest\n", at));
        return at > 0 && annotation >= 0 && !source.substring(annotation, at).contains("\n    }\n");
    }

    private static Map<String, List<String>> testSources() throws IOException {
        Map<String, List<String>> sources = new HashMap<>();
        Files.walkFileTree(Directories.root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return SKIPPED.contains(directory.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().contains("/src/test/java/") && file.toString().endsWith("Test.java")) {
                    sources.computeIfAbsent(file.getFileName().toString().replace(".java", ""), _ -> new ArrayList<>()).add(Files.readString(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
