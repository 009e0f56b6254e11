package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/// Expires old snapshots, and deletes files that no snapshot names: what runs have left behind that did not get to their
/// commit. A file is spared as long as a run could still be about to commit it, or a reader be reading it.
final class Housekeeping {
    private final ReadingsTable table;
    private final Settings settings;
    private final InstantSource clock;

    /// @param snapshotsKept how long a snapshot is kept, for readers and for time travel
    /// @param snapshotsMin  so many are kept, however old
    /// @param orphansKept   a file that nobody names is deleted when it is so old: much longer than a run can take
    record Settings(Duration snapshotsKept, int snapshotsMin, Duration orphansKept) {
    }

    /// @param snapshots expired
    /// @param orphans   files deleted that no snapshot named
    record Outcome(int snapshots, int orphans) {
        static final Outcome NOTHING = new Outcome(0, 0);
    }

    Housekeeping(ReadingsTable table, Settings settings, InstantSource clock) {
        this.table = requireNonNull(table, "table is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    Outcome run() throws IOException {
        table.table().refresh();
        if (table.table().currentSnapshot() == null) {
            return Outcome.NOTHING;
        }
        return new Outcome(expire(), deleteOrphans());
    }

    private int expire() {
        int before = count();
        table.table().expireSnapshots()
                .expireOlderThan(clock.instant().minus(settings.snapshotsKept).toEpochMilli())
                .retainLast(settings.snapshotsMin)
                .commit();
        table.table().refresh();
        return before - count();
    }

    private int count() {
        int count = 0;
        for (Snapshot _ : table.table().snapshots()) {
            count++;
        }
        return count;
    }

    private int deleteOrphans() throws IOException {
        if (!(table.io() instanceof SupportsPrefixOperations files)) {
            throw new IllegalStateException("%s cannot list files".formatted(table.io().getClass().getName()));
        }
        Instant before = clock.instant().minus(settings.orphansKept);
        List<String> suspects = new ArrayList<>();
        // listed before the table is read: what is committed in between is named, and what is written in between not listed
        for (String prefix : List.of(table.table().location() + "/", table.stateLocation())) {
            for (FileInfo file : files.listPrefix(prefix)) {
                if (Instant.ofEpochMilli(file.createdAtMillis()).isBefore(before)) {
                    suspects.add(file.location());
                }
            }
        }
        if (suspects.isEmpty()) {
            return 0;
        }
        Set<String> named = named(((HasTableOperations) table.table()).operations().refresh());
        int deleted = 0;
        for (String suspect : suspects) {
            if (!named.contains(suspect)) {
                table.io().deleteFile(suspect);
                deleted++;
            }
        }
        return deleted;
    }

    /// Every file that the table, as it is now, needs.
    private Set<String> named(TableMetadata metadata) throws IOException {
        Set<String> named = new HashSet<>();
        named.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(previous -> named.add(previous.file()));
        ReadingsTable.stateFile(metadata).ifPresent(named::add);
        Set<String> manifests = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            named.add(snapshot.manifestListLocation());
            String state = snapshot.summary().get(ReadingsTable.STATE);
            if (state != null) {
                named.add(state);
            }
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                named.add(manifest.path());
                if (manifests.add(manifest.path())) {
                    addFiles(manifest, metadata, named);
                }
            }
        }
        for (StatisticsFile statistics : metadata.statisticsFiles()) {
            named.add(statistics.path());
        }
        metadata.partitionStatisticsFiles().forEach(statistics -> named.add(statistics.path()));
        return named;
    }

    private void addFiles(ManifestFile manifest, TableMetadata metadata, Set<String> named) throws IOException {
        try (ManifestReader<? extends ContentFile<?>> files = switch (manifest.content()) {
            case DATA -> ManifestFiles.read(manifest, table.io(), metadata.specsById());
            case DELETES -> ManifestFiles.readDeleteManifest(manifest, table.io(), metadata.specsById());
        }) {
            for (ContentFile<?> file : files) {
                named.add(file.location());
            }
        }
    }
}
