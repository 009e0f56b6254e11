package dev.millrace.cli;

import dev.millrace.completeness.Completeness;
import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessTable;
import dev.millrace.completeness.LostByThing;
import dev.millrace.completeness.LostNotices;
import dev.millrace.completeness.StateScan;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.ThingState;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What became of every reading that things are known to have taken, as the cloud itself knows it, without a ground truth.
///
/// @param source   where it is from, for a person
/// @param rows     a row a thing, by its name
/// @param problems states and notices that could not be read: of what they hold nothing is known
record CompletenessAudit(String source, List<CompletenessRow> rows, List<String> problems) {
    /// More intervals than any ledger has, so that none is read with its gaps closed.
    private static final int INTERVALS_MAX = 512;

    CompletenessAudit {
        rows = rows.stream().sorted(Comparator.comparing(CompletenessRow::thing)).toList();
        problems = List.copyOf(problems);
    }

    /// Asks the states and notices as they are now.
    ///
    /// @param epochsMax ledgers that the environment keeps of a thing, its setting `ledgerEpochsMax`
    static CompletenessAudit live(DynamoDbClient dynamoDb, String table, S3Client s3, String bucket, int epochsMax) throws InterruptedException {
        var lost = new LostByThing();
        Instant asOf = Instant.now();
        List<String> problems = new ArrayList<>(new LostNotices(s3, bucket).into(lost, 0).unreadable());
        List<CompletenessRow> rows = new ArrayList<>();
        Set<String> left = new HashSet<>(lost.things());
        problems.addAll(new StateScan(dynamoDb, table, new Limits(INTERVALS_MAX, epochsMax, 1)).forEach(Deadline.NONE, state -> {
            left.remove(state.thing());
            rows.add(CompletenessRow.of(Completeness.of(state, lost.of(state.thing()), epochsMax), asOf));
        }));
        left.forEach(thing -> rows.add(CompletenessRow.of(Completeness.of(ThingState.unseen(thing), lost.of(thing), epochsMax), asOf)));
        return new CompletenessAudit("the states in %s and the notices in %s".formatted(table, bucket), rows, problems);
    }

    /// Reads the last day's object of the table of completeness.
    ///
    /// @return empty if there is none
    static Optional<CompletenessAudit> ofTable(S3Client s3, String bucket) throws IOException {
        Optional<String> last = s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.COMPLETENESS_PREFIX)).contents().stream()
                .map(S3Object::key).max(Comparator.naturalOrder());
        if (last.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ofObject(s3, bucket, last.get()));
    }

    /// Reads an object of the table of completeness.
    static CompletenessAudit ofObject(S3Client s3, String bucket, String key) throws IOException {
        byte[] object = s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray();
        return new CompletenessAudit("the table of completeness, " + key, CompletenessTable.read(object), List.of());
    }

    long missing() {
        return sum(CompletenessRow::missing);
    }

    boolean isComplete() {
        return missing() == 0 && problems.isEmpty();
    }

    private long sum(ToLongFunction<CompletenessRow> count) {
        return rows.stream().mapToLong(count).sum();
    }

    /// One line for the end of a run.
    String summary() {
        return String.format(Locale.ROOT, "%,d of %,d readings that %,d things are known to have taken came; %,d missing, %,d lost by devices, %,d given up",
                sum(CompletenessRow::taken), sum(CompletenessRow::expected), rows.size(), missing(), sum(CompletenessRow::lost), sum(CompletenessRow::givenUp));
    }

    void print(PrintWriter out) {
        out.printf("By %s%s%n", source, rows.isEmpty() ? "" : ", as of " + rows.getFirst().asOf());
        var table = new TextTable("thing", "expected", "taken", "missing", "lost", "given up", "duplicates", "late");
        for (CompletenessRow row : rows) {
            table.row(row.thing(), row.expected(), row.taken(), row.missing(), row.lost(), row.givenUp(), row.duplicates(), row.late());
        }
        out.print(table);
        if (missing() > 0) {
            out.println("Missing readings: thing, epoch, first-last");
            rows.forEach(row -> row.gaps().forEach(gap -> out.printf("  %s %d %d-%d%n", row.thing(), gap.epoch(), gap.first(), gap.last())));
        }
        problems.forEach(problem -> out.println("cannot be read: " + problem));
        out.println(summary() + ".");
        out.println("Not seen here: what a thing took after the last reading that came of it, and things that never sent anything.");
        out.flush();
    }
}
