package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessRow.Missing;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditCommandTest {
    private final StringWriter err = new StringWriter();

    private int audit(String... arguments) {
        return new CommandLine(new AuditCommand()).setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Test
    void argumentsThatDoNotGoTogetherAreRefused(@TempDir Path directory) {
        assertThat(audit("--states-table", "t")).isEqualTo(2);
        assertThat(audit("--environment", "dev", "--states-table", "t", "--lake-bucket", "b")).isEqualTo(2);
        assertThat(audit("--environment", "dev", "--work", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("expected one of --environment NAME, --states-table with --lake-bucket, and --work DIR");
        assertThat(audit("--ledger-epochs-max", "17")).isEqualTo(2);
        assertThat(err.toString()).contains("--ledger-epochs-max must be 1 to 16: 17");
    }

    @Test
    void whereNoDemoRanThereIsNothingToAudit(@TempDir Path directory) {
        assertThat(audit("--work", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no lake in " + directory.resolve("cloud"), "run ./millrace demo first");
    }

    @Test
    void everyMissingReadingIsNamed() {
        var audit = new CompletenessAudit("the states", List.of(
                new CompletenessRow("truck-2", Instant.EPOCH, 2_000, 1_990, 6, 4, 0, 1_990, 7, 5, 0, List.of(new Missing(3, 17, 17), new Missing(4, 1, 5))),
                new CompletenessRow("truck-1", Instant.EPOCH, 10, 10, 0, 0, 0, 10, 0, 0, 0, List.of())), List.of());
        var out = new StringWriter();

        audit.print(new PrintWriter(out));

        assertThat(audit.isComplete()).isFalse();
        assertThat(out.toString()).containsSubsequence("truck-1", "truck-2", "Missing readings: thing, epoch, first-last", "  truck-2 3 17-17", "  truck-2 4 1-5",
                "2,000 of 2,010 readings that 2 things are known to have taken came; 6 missing, 4 lost by devices, 0 given up.");
    }

    @Test
    void whatCannotBeReadIsNotComplete() {
        var row = new CompletenessRow("truck-1", Instant.EPOCH, 10, 10, 0, 0, 0, 10, 0, 0, 0, List.of());

        assertThat(new CompletenessAudit("the states", List.of(row), List.of()).isComplete()).isTrue();
        assertThat(new CompletenessAudit("the states", List.of(row), List.of("state of truck-2 is damaged")).isComplete()).isFalse();
    }
}
