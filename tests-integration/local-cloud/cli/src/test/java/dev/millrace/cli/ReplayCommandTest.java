package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compact.Difference;
import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.compact.ReplayOutcome;
import dev.millrace.compact.ReplayRange;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {
    private static final ReplayRange RANGE = new ReplayRange(Instant.parse("2026-11-27T08:00:00Z"), Instant.parse("2026-11-27T09:00:00Z"), Optional.of("truck-1"));
    private final StringWriter err = new StringWriter();

    private int replay(String... arguments) {
        return new CommandLine(new ReplayCommand()).setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Test
    void wrongArgumentsAreNamed(@TempDir Path directory) {
        assertThat(replay("--from", "2026-11-27T08:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--to=T'");
        assertThat(replay("--from", "yesterday", "--to", "2026-11-27T08:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("Invalid value for option '--from': expected an instant as 2026-11-27T10:00:00Z: yesterday");
        assertThat(replay("--from", "2026-11-27T09:00:00Z", "--to", "2026-11-27T08:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("a range must begin in or after 1970 and end after it begins: from 2026-11-27T09:00:00Z to 2026-11-27T08:00:00Z");
        assertThat(replay("--from", "2026-11-27T08:00:00Z", "--to", "2026-11-27T09:00:00Z", "--type", "tractor")).isEqualTo(2);
        assertThat(err.toString()).contains("tractor");
        assertThat(replay("--from", "2026-11-27T08:00:00Z", "--to", "2026-11-27T09:00:00Z", "--work", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no lake in " + directory.resolve("cloud"), "run ./millrace demo first");
        assertThat(replay("--from", "2026-11-27T08:00:00Z", "--to", "2026-11-27T09:00:00Z", "--work", directory.toString(), "--environment", "dev")).isEqualTo(2);
        assertThat(err.toString()).contains("expected one of --environment NAME and --work DIR");
    }

    private static ReplayOutcome outcome(Map<Store, Map<Kind, Long>> found, Map<Store, Map<Kind, Long>> left, List<String> unreadable) {
        var difference = new Difference(Store.HOT_STORE, Kind.MISSING, "truck-1", Instant.parse("2026-11-27T08:10:00Z"), "epoch 1 seq 7", "{rpm=1.0}", "");
        return new ReplayOutcome("truck", "s3://lake/replay/now/truck/", 3, 1, unreadable, 12, 9, 1, 4, 5, 6, Map.of(Store.TABLE, 9L), found, List.of(difference),
                Map.of(Store.HOT_STORE, 1L), left, List.of());
    }

    private static String printed(ReplayOutcome outcome, boolean isDryRun, boolean isSame) {
        var out = new StringWriter();
        assertThat(new ReplayReport(List.of(outcome), RANGE, true, isDryRun).print(new PrintWriter(out))).isEqualTo(isSame);
        return out.toString();
    }

    @Test
    void theReportSaysWhatDiffersWhatWasLeftOutAndWhatIsMended() {
        Map<Store, Map<Kind, Long>> found = Map.of(Store.HOT_STORE, Map.of(Kind.MISSING, 1L));

        assertThat(printed(outcome(found, found, List.of()), true, false)).contains("What arrived from 2026-11-27T08:00:00Z to 2026-11-27T09:00:00Z of truck-1",
                "truck: the first 1 of 1 differences; all are in s3://lake/replay/now/truck/differences.jsonl.gz",
                "  hot store: truck-1 epoch 1 seq 7, 2026-11-27T08:10:00Z, is missing; replayed {rpm=1.0}",
                "truck: panes not compared: 4 are open or about to be corrected, 5 have readings that arrived outside of the range",
                "truck: readings of the table not compared: 6, what landed in their hours is gone",
                "It is not stored as this code would store it. Nothing was mended: --dry-run.");
        assertThat(printed(outcome(found, Map.of(), List.of()), false, true)).contains("All of it is stored as this code would store it, now that it is mended.");
        assertThat(printed(outcome(found, found, List.of()), false, false)).contains("Not all of it is stored as this code would store it.");
        assertThat(printed(outcome(Map.of(), Map.of(), List.of("a.parquet is no Parquet")), false, false)).contains("cannot be read: a.parquet is no Parquet");
    }
}
