package dev.millrace.cli;

import dev.millrace.events.DeviceType;
import dev.millrace.local.lambda.ColdStart;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run ends with, for a person at a terminal.
record Report(Audit audit, GroundTruth truth, Findings findings, Latency latency) {
    private static final int LINES_MAX = 20;
    private static final int PROBLEMS_MAX = 20;

    /// @param p50Millis from measurement to stored, by the counting function's own metrics
    record Latency(long readings, long p50Millis, long p99Millis) {
    }

    void printAccounts(PrintStream out) {
        var table = new TextTable("thing", "taken", "accepted", "duplicate", "quarantined", "in Timestream", "in the lake", "missing");
        audit.lines().entrySet().stream().limit(LINES_MAX).forEach(entry -> row(table, entry.getKey(), entry.getValue()));
        if (audit.lines().size() > LINES_MAX) {
            table.row("… %d more".formatted(audit.lines().size() - LINES_MAX), "", "", "", "", "", "", "");
        }
        table.rule();
        Audit.Line total = audit.total();
        row(table, "total", total);
        out.println("Readings");
        out.print(table);
        out.printf("  duplicate: deliveries of readings counted before; the devices repeated %,d readings on purpose%n", truth.resent());
        if (total.gone() > 0) {
            out.printf("  %,d of the readings taken went with the disk of a device before they were sent%n", total.gone());
        }
        out.printf("  the lake's landing files hold %,d repeated rows besides, which its tables do not have%n", total.repeats());
        out.printf("  latency from measurement to stored: p50 %.1f s, p99 %.1f s%n", latency.p50Millis / 1_000.0, latency.p99Millis / 1_000.0);
    }

    private static void row(TextTable table, String name, Audit.Line line) {
        table.row(name, line.taken(), line.accepted(), line.duplicate(), line.quarantined(), line.hot(), line.lake(), line.missing());
    }

    void printQuarantine(PrintStream out) {
        Map<String, Long> messages = new TreeMap<>();
        Map<String, Long> readings = new TreeMap<>();
        for (Findings.Quarantined entry : findings.quarantined()) {
            messages.merge(entry.reason(), 1L, Long::sum);
            readings.merge(entry.reason(), (long) entry.seqs().size(), Long::sum);
        }
        var table = new TextTable("reason", "messages", "readings of the sender");
        messages.forEach((reason, count) -> table.row(reason, count, readings.get(reason)));
        out.println("Quarantine, every message with its original bytes");
        out.print(table);
    }

    static void printRolling(PrintStream out, DeviceType.Measure measure, List<HotStore.Rolling> averages) {
        var table = new TextTable("thing", "panes", "readings", "average " + measure.unit());
        averages.stream().limit(LINES_MAX).forEach(one -> table.row(one.thing(), one.panes(), one.readings(), one.average()));
        more(table, averages.size(), 4);
        out.printf("Rolling 5-minute average of %s, from Timestream%n", measure.name());
        out.print(table);
    }

    /// What an analyst asks the table first.
    static void printTable(PrintStream out, DeviceType.Measure measure, String table, LakeFiles files) throws SQLException {
        List<LakeFiles.Minute> minutes = files.minutes(measure.name());
        var averages = new TextTable("thing", "minute", "readings", "average " + measure.unit());
        minutes.stream().limit(LINES_MAX).forEach(one -> averages.row(one.thing(), one.minute(), one.readings(), one.average()));
        more(averages, minutes.size(), 4);
        out.printf("Readings a device a minute, average %s, by DuckDB from the Iceberg table %s: %,d rows, %d %s, %,d bytes in S3%n", measure.name(), table,
                minutes.stream().mapToLong(LakeFiles.Minute::readings).sum(), files.paths().size(), files.paths().size() == 1 ? "file" : "files", files.bytes());
        out.print(averages);
        out.println();

        List<LakeFiles.Complete> things = files.completeness();
        var completeness = new TextTable("thing", "readings", "of", "complete %");
        things.stream().limit(LINES_MAX).forEach(one -> completeness.row(one.thing(), one.readings(), one.expected(), 100.0 * one.readings() / one.expected()));
        more(completeness, things.size(), 4);
        out.printf("Completeness by the numbers of the readings, from the same table; what is in quarantine is not in it%n");
        out.print(completeness);
    }

    /// Of each function the environments that were started, those after a kill included.
    static void printColdStarts(PrintStream out, List<ColdStart> starts) {
        Map<String, List<Long>> millis = new TreeMap<>();
        starts.forEach(start -> millis.computeIfAbsent(start.functionName(), _ -> new ArrayList<>()).add(start.millisToReady()));
        out.println("Cold starts, from process to first event");
        millis.forEach((function, all) -> out.printf("  %s: %s ms%n", function, String.join(", ", all.stream().map(String::valueOf).toList())));
    }

    private static void more(TextTable table, int rows, int columns) {
        if (rows > LINES_MAX) {
            Object[] cells = new Object[columns];
            Arrays.fill(cells, "");
            cells[0] = "… %d more".formatted(rows - LINES_MAX);
            table.row(cells);
        }
    }

    void printVerdict(PrintStream out, PrintStream problems) {
        if (audit.isExactlyOnce()) {
            Audit.Line total = audit.total();
            out.printf("Every one of %,d readings is accounted for exactly once: %,d counted, %,d quarantined, %s0 missing, 0 doubled.%n",
                    total.taken(), total.accepted(), total.quarantined(), total.gone() == 0 ? "" : "%,d gone with a disk, ".formatted(total.gone()));
            return;
        }
        problems.printf("NOT exactly once: %,d problems%n", audit.problems().size());
        audit.problems().stream().limit(PROBLEMS_MAX).forEach(problem -> problems.println("  " + problem));
        if (audit.problems().size() > PROBLEMS_MAX) {
            problems.printf("  … %,d more%n", audit.problems().size() - PROBLEMS_MAX);
        }
    }
}
