package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    @Test
    void aProcessThatHasEndedKeepsWhatWasSeenOfIt() throws Exception {
        Process busy = new ProcessBuilder("sh", "-c", ": dev.millrace.any.Busy; while :; do :; done").start();
        var processes = new Processes();
        while (busy.info().totalCpuDuration().orElseThrow().toMillis() < 50) {
            Thread.sleep(20);
        }
        processes.look();
        busy.destroyForcibly().waitFor();
        processes.look();

        var out = new ByteArrayOutputStream();
        processes.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("process " + busy.pid()))).as("%s", out).singleElement()
                .asString().containsPattern("process \\d+ +0[.]\\d+ +[1-9]");
    }
}
