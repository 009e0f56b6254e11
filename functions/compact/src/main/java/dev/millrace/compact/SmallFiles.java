package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.millrace.pipeline.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;

/// Merges the small files of a day into larger ones, as a stream: files are in order, so one batch of rows of each is in
/// memory at a time. The merged rows are proved as those of an append are. Iceberg refuses the commit if one of the files
/// was replaced or rows of it were deleted meanwhile.
final class SmallFiles {
    private final ReadingsTable table;
    private final Settings settings;
    private final InstantSource clock;

    /// @param fileBytes      the size at which a file is ended; one of half of it is not small
    /// @param filesMin       so many small files of a day are merged at once
    /// @param filesMax       at most so many are read side by side
    /// @param bytesMax       at most so many bytes are read for a commit
    /// @param dayIsOverAfter a day that ended so long ago has all its small files merged, even two
    /// @param mergeTakes     a merge is begun only if so much of the run's time is left
    record Settings(long fileBytes, int filesMin, int filesMax, long bytesMax, Duration dayIsOverAfter, Duration mergeTakes) {
        Settings {
            if (filesMin < 2 || filesMax < filesMin) {
                throw new IllegalArgumentException("filesMin %d, filesMax %d".formatted(filesMin, filesMax));
            }
        }
    }

    /// @param merges  commits
    /// @param before  files that were replaced
    /// @param after   files that replace them
    /// @param skipped small files with deleted rows, which only an engine that applies deletes may rewrite
    record Outcome(int merges, int before, int after, long rows, int skipped) {
        static final Outcome NOTHING = new Outcome(0, 0, 0, 0, 0);
    }

    SmallFiles(ReadingsTable table, Settings settings, InstantSource clock) {
        this.table = requireNonNull(table, "table is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Merges until no day has too many small files, or the time is up.
    ///
    /// @throws ValidationException if another commit took one of the files away
    /// @throws ProofFailed         if what was written is not what was read
    Outcome run(Deadline deadline) throws IOException {
        Outcome total = Outcome.NOTHING;
        while (deadline.remainingMillis() >= settings.mergeTakes.toMillis()) {
            table.table().refresh();
            Snapshot snapshot = table.table().currentSnapshot();
            if (snapshot == null) {
                return total;
            }
            Plan plan = plan();
            if (plan.files.isEmpty()) {
                return new Outcome(total.merges, total.before, total.after, total.rows, plan.skipped);
            }
            Outcome one = merge(plan.files, snapshot);
            total = new Outcome(total.merges + 1, total.before + one.before, total.after + one.after, total.rows + one.rows, plan.skipped);
        }
        return total;
    }

    /// @param files of one day, to be merged; empty if there is nothing to do
    private record Plan(List<DataFile> files, int skipped) {
    }

    private Plan plan() throws IOException {
        Map<Integer, List<DataFile>> small = new TreeMap<>();
        int skipped = 0;
        try (CloseableIterable<FileScanTask> tasks = table.table().newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                if (task.file().fileSizeInBytes() >= settings.fileBytes / 2) {
                    continue;
                }
                if (task.deletes().isEmpty()) {
                    small.computeIfAbsent(task.file().partition().get(0, Integer.class), _ -> new ArrayList<>()).add(task.file().copyWithoutStats());
                } else {
                    skipped++;
                }
            }
        }
        Optional<List<DataFile>> most = small.entrySet().stream()
                .filter(day -> day.getValue().size() >= (isOver(day.getKey()) ? 2 : settings.filesMin))
                .map(day -> choose(day.getValue()))
                .filter(files -> files.size() >= 2)
                .max(Comparator.comparingInt(List::size));
        return new Plan(most.orElse(List.of()), skipped);
    }

    private boolean isOver(int day) {
        Instant end = LocalDate.ofEpochDay(day + 1L).atStartOfDay().toInstant(ZoneOffset.UTC);
        return !clock.instant().isBefore(end.plus(settings.dayIsOverAfter));
    }

    /// The smallest first: they cost most and weigh least.
    private List<DataFile> choose(List<DataFile> files) {
        List<DataFile> bySize = new ArrayList<>(files);
        bySize.sort(Comparator.comparingLong(DataFile::fileSizeInBytes));
        List<DataFile> chosen = new ArrayList<>();
        long bytes = 0;
        for (DataFile file : bySize) {
            bytes += file.fileSizeInBytes();
            if (chosen.size() == settings.filesMax || bytes > settings.bytesMax) {
                break;
            }
            chosen.add(file);
        }
        return chosen;
    }

    private Outcome merge(List<DataFile> small, Snapshot snapshot) throws IOException {
        try (HardwoodContext context = HardwoodContext.create(1); TableFiles files = new TableFiles(table, settings.fileBytes)) {
            Content in;
            Content duplicates;
            List<DataFile> written;
            try {
                var counts = new Counts();
                copy(small, files, counts, context);
                written = files.finish();
                in = counts.in.content();
                duplicates = counts.duplicates.content();
                Content out = files.readBack(context);
                if (!in.equals(out.plus(duplicates))) {
                    throw new ProofFailed("table %s: read %s from %d small files, wrote %s, left out %s".formatted(
                            table.table().name(), in, small.size(), out, duplicates));
                }
            } catch (IOException | RuntimeException e) {
                files.delete();
                throw e;
            }
            try {
                RewriteFiles rewrite = table.table().newRewrite().validateFromSnapshot(snapshot.snapshotId());
                small.forEach(rewrite::deleteFile);
                written.forEach(rewrite::addFile);
                rewrite.set("millrace.rows-in", Long.toString(in.rows()))
                        .set("millrace.duplicates", Long.toString(duplicates.rows()))
                        .set("millrace.content-hash-in", "%016x".formatted(in.hash()))
                        .set("millrace.content-hash-duplicates", "%016x".formatted(duplicates.hash()))
                        .commit();
            } catch (ValidationException | CommitFailedException e) {
                files.delete();
                throw e;
            }
            return new Outcome(1, small.size(), written.size(), in.rows(), 0);
        }
    }

    private static final class Counts {
        private final Content.Count in = new Content.Count();
        private final Content.Count duplicates = new Content.Count();
    }

    private void copy(List<DataFile> small, TableFiles files, Counts counts, HardwoodContext context) throws IOException {
        try (RowCursor closing = new RowMerge(table.open(small, context, null))) {
            byte[] before = new byte[0];
            while (closing.next()) {
                byte[] row = closing.bytes();
                int at = closing.at();
                counts.in.add(row, at);
                if (before.length > 0 && Rows.isSameReading(before, 0, row, at)) {
                    counts.duplicates.add(row, at);
                    continue;
                }
                files.write(closing);
                int length = Rows.length(row, at);
                if (before.length < length) {
                    before = new byte[Math.max(512, length)];
                }
                System.arraycopy(row, at, before, 0, length);
            }
        }
    }
}
