package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The children are single-file programs that the JDK runs from source.
class ChildProcessTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @Test
    void aReadyChildSaysWhereItServesAndEndsWithItsStdin() throws Exception {
        ChildProcess child = start(LONG, """
                System.out.println("noise before");
                System.out.println("READY {\\"port\\":4567}");
                System.in.readAllBytes();
                java.nio.file.Files.writeString(java.nio.file.Path.of(args[0], "ended"), "by itself");
                """);
        assertThat(child.ready().path("port").asInt()).isEqualTo(4567);
        assertThat(child.isAlive()).isTrue();

        child.close();

        assertThat(child.isAlive()).isFalse();
        assertThat(directory.resolve("ended")).hasContent("by itself");
    }

    @Test
    void aChildThatFailsShowsTheEndOfItsLog() {
        assertThatThrownBy(() -> start(LONG, """
                for (int i = 0; i < 30; i++) System.err.println("line " + i);
                System.exit(3);
                """)).isInstanceOf(ChildFailed.class).hasMessageContaining("probe did not start").hasMessageContaining("exit code 3")
                .hasMessageContaining("line 29").hasMessageNotContaining("line 9" + System.lineSeparator());
    }

    @Test
    void aChildThatIsNotReadyInTimeIsEnded() {
        assertThatThrownBy(() -> start(Duration.ofMillis(200), "Thread.sleep(60_000);")).isInstanceOf(ChildFailed.class)
                .hasMessageContaining("probe was not ready within");
    }

    @Test
    void aChildThatEndsLaterIsNoticed() throws Exception {
        try (ChildProcess child = start(LONG, """
                System.out.println("READY {}");
                System.err.println("out of memory");
                """)) {
            ProcessHandle.of(child.pid()).ifPresent(process -> process.onExit().join());

            assertThatThrownBy(child::requireAlive).isInstanceOf(ChildFailed.class).hasMessageContaining("probe ended with exit code 0").hasMessageContaining("out of memory");
        }
    }

    @Test
    void aModuleThatIsNotBuiltSaysHowToBuildIt() {
        assertThatThrownBy(() -> new JavaModule(directory).command(List.of(), "Main", List.of())).isInstanceOf(ChildFailed.class)
                .hasMessageContaining("classpath.txt is not there").hasMessageContaining("mvn package");
    }

    @Test
    void aModuleRunsItsJarBeforeItsClassPath() throws Exception {
        Path target = Files.createDirectory(directory.resolve("target"));
        Files.writeString(target.resolve("classpath.txt"), "/repo/a.jar:/repo/b.jar\n");
        Files.writeString(target.resolve("local-s3-0.1.0.jar"), "");
        Files.writeString(target.resolve("local-s3-0.1.0-tests.jar"), "");

        assertThat(new JavaModule(directory).command(List.of("-Xmx256m"), "dev.Main", List.of("0")))
                .containsSubsequence("-Xmx256m", "-cp", target.resolve("local-s3-0.1.0.jar") + ":/repo/a.jar:/repo/b.jar", "dev.Main", "0");
    }

    private ChildProcess start(Duration within, String body) throws Exception {
        Path source = Files.writeString(directory.resolve("Probe.java"), "class Probe { public static void main(String[] args) throws Exception { %s } }".formatted(body));
        return ChildProcess.start("probe", List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString(), directory.toString()),
                directory.resolve("logs/probe.log"), within);
    }
}
