package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path work;

    /// The lake of the tests, where a demo would have left it.
    @BeforeEach
    void layTheLakeWhereADemoLeavesIt() throws IOException {
        Files.createSymbolicLink(work.resolve("cloud"), TestLake.get().workDirectory());
    }

    private int query(Path directory, String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[0] = "--work";
        all[1] = directory.toString();
        return Query.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), all);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anAnswerIsATableWithWhatItCost() {
        assertThat(query(work, "SELECT type, x, at FROM (VALUES ('a', 1.5E0, TIMESTAMP '2026-03-05 10:00:00 UTC'), ('b', NULL, NULL)) AS t (type, x, at) ORDER BY 1")).isZero();

        assertThat(printed().lines().toList().subList(0, 4)).containsExactly(
                "  type    x  at",
                "  ──────────────────────────────────",
                "  a     1.5  2026-03-05 10:00:00 UTC",
                "  b");
        assertThat(printed()).containsPattern("\n2 rows in [0-9.]+ s; 0 bytes scanned, for which Athena would bill 10 MB \\(0.00005 USD at 5 USD a TB\\)\n$");
        assertThat(complained()).isEmpty();
    }

    @Test
    void aNamedQueryIsAskedAsCsv() {
        assertThat(query(work, "--named", "quarantine_by_reason", "--csv")).isZero();

        assertThat(printed().lines()).first().isEqualTo("arrival_date,reason,records,readings,things,example");
        assertThat(complained()).contains(" bytes scanned, for which Athena would bill 10 MB");
    }

    @Test
    void whatTheEngineRefusesIsSaidInOneLineWithItsPlace() {
        assertThat(query(work, "SELECT speed\nFROM truck")).isEqualTo(1);

        assertThat(complained()).isEqualTo("millrace query: line 1:8: Column 'speed' cannot be resolved\n");
        assertThat(printed()).isEmpty();
    }

    @Test
    void theSavedQueriesAreListed() {
        assertThat(query(work, "--list")).isZero();

        assertThat(printed()).contains("  last_position           Last position of each truck\n", "  latency                 Latency by day\n");
        assertThat(printed().lines()).hasSize(2 + TestLake.get().queries().size());
    }

    @Test
    void withoutADemoThereIsNothingToAsk() {
        assertThat(query(work.resolve("nowhere"), "SELECT 1")).isEqualTo(2);

        assertThat(complained()).startsWith("millrace query: there is no lake with saved queries in ").contains("run ./millrace demo first");
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatThereAre() {
        assertThat(query(work, "--named", "last_positions")).isEqualTo(2);

        assertThat(complained()).startsWith("millrace query: unknown query 'last_positions', expected one of ").contains("last_position, ");
    }

    @Test
    void oneThingIsAskedAtATime() {
        assertThat(query(work, "SELECT 1", "--list")).isEqualTo(2);
        assertThat(query(work)).isEqualTo(2);

        assertThat(complained()).contains("expected one of SQL, --named NAME and --list");
    }
}
