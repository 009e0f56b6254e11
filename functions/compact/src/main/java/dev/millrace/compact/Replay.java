package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.TimeSeries;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import software.amazon.awssdk.services.s3.S3Client;

/// Runs what has landed through the code as it is now, into a shadow prefix of the lake, and holds it against what is stored:
/// the table of readings, the hot store's readings, and its panes. On demand it mends what differs, and looks again until
/// nothing is left to mend.
///
/// Each reading is packed as a device would send it, decoded, inspected and deduplicated; its pane is computed of all readings
/// that the table holds of it or should. What the code of today would no longer take, or what has not landed, is named and left
/// where it is: a replay takes nothing away.
public final class Replay {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    /// A pass that mends is followed by another; compaction may be in the way of one.
    private static final int PASSES_MAX = 5;

    private final Lake lake;
    private final Optional<HotStore> hotStore;
    private final long bufferBytes;
    private final String shadow;
    private final Consumer<String> progress;

    /// Where the lake is.
    ///
    /// @param catalog  of the tables
    /// @param database of the tables in it
    /// @param bucket   of the lake
    public record Lake(Catalog catalog, String database, S3Client s3, String bucket) {
        public Lake {
            requireNonNull(catalog, "catalog is null");
            requireNonNull(database, "database is null");
            requireNonNull(s3, "s3 is null");
            requireNonNull(bucket, "bucket is null");
        }

        /// The lake of the account that the AWS clients find, as they always do.
        public static Lake ofAccount(String database, S3Client s3, String bucket) {
            return new Lake(GlueTables.catalog(bucket), database, s3, bucket);
        }

        private Landing landing(DeviceType type) {
            return new S3Landing(s3, bucket, type);
        }

        private String location() {
            return "s3://" + bucket + "/";
        }
    }

    /// @param stored  what stands in it
    /// @param mending takes what is mended, over what stands there
    public record HotStore(StoredSeries stored, TimeSeries mending) {
        public HotStore {
            requireNonNull(stored, "stored is null");
            requireNonNull(mending, "mending is null");
        }
    }

    /// @param hotStore    of the deployment, if it has one
    /// @param bufferBytes memory for the readings that are compared at once, at least 16 MiB; three times as much may be used
    /// @param progress    told in words how far a replay is
    public Replay(Lake lake, Optional<HotStore> hotStore, long bufferBytes, InstantSource clock, Consumer<String> progress) {
        this.lake = requireNonNull(lake, "lake is null");
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
        this.bufferBytes = bufferBytes;
        this.shadow = lake.location() + LakeLayout.REPLAY_PREFIX + NAME.format(clock.instant()) + "/";
        this.progress = requireNonNull(progress, "progress is null");
    }

    /// @param isDryRun whether nothing is mended: then nothing is written but the shadow
    /// @throws IllegalArgumentException if the lake has no table of the type
    /// @throws IOException              if the lake cannot be read or written
    public ReplayOutcome run(DeviceType type, ReplayRange range, boolean isDryRun) throws IOException {
        return run(type, lake.landing(type), range, isDryRun);
    }

    ReplayOutcome run(DeviceType type, Landing landing, ReplayRange range, boolean isDryRun) throws IOException {
        ReadingsTable table = isDryRun ? ReadingsTable.existing(lake.catalog(), lake.database(), type, lake.location())
                : ReadingsTable.open(lake.catalog(), lake.database(), type, lake.location());
        Map<Difference.Store, Long> mended = new EnumMap<>(Difference.Store.class);
        ReplayOutcome first = null;
        for (int pass = 1;; pass++) {
            ReplayOutcome outcome;
            try (Shadow made = new Shadow(table.io(), shadow + type.name() + "/", table.rows(), first == null)) {
                outcome = new ReplayPass(table, landing, hotStore, range, !isDryRun, bufferBytes, made, progress).run();
            } catch (CommitFailedException | ValidationException e) {
                if (pass == PASSES_MAX) {
                    throw new IOException("table %s is changed by others all the time: %s".formatted(table.table().name(), e.getMessage()), e);
                }
                progress.accept("%s: %s; once more".formatted(type.name(), e.getMessage()));
                continue;
            }
            first = first == null ? outcome : first;
            outcome.mended().forEach((store, count) -> mended.merge(store, count, Long::sum));
            if (isDryRun || outcome.mendedInAll() == 0 || pass == PASSES_MAX) {
                return first.followedBy(outcome, mended);
            }
            progress.accept("%s: mended %,d; looking again".formatted(type.name(), outcome.mendedInAll()));
        }
    }
}
