package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.TimeSeries;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.catalog.Catalog;

/// Everything that the function does in a run, for all device types.
final class LakeCompaction {
    private static final Duration CLOSED_AFTER = Duration.ofMinutes(15);
    /// The archive has given a record up within the stream's retention; this is for its last try and for slow clocks.
    private static final Duration FINAL_MARGIN = Duration.ofHours(1);
    private static final Duration COMMIT_TAKES = Duration.ofMinutes(4);
    private static final Housekeeping.Settings HOUSEKEEPING = new Housekeeping.Settings(Duration.ofDays(5), 10, Duration.ofDays(3));
    /// A file of a table; halves of it are not merged any more.
    private static final long FILE_BYTES = 256L << 20;
    private static final SmallFiles.Settings SMALL_FILES = new SmallFiles.Settings(FILE_BYTES, 8, 24, 1L << 30, Duration.ofHours(3), Duration.ofMinutes(6));

    private final Catalog catalog;
    private final String database;
    private final String bucket;
    private final List<DeviceType> types;
    private final Function<DeviceType, Landing> landing;
    private final TimeSeries hotStore;
    private final Compactor.Settings settings;
    private final InstantSource clock;

    /// What became of one type.
    ///
    /// @param failure empty if all went well
    record OfType(String type, Compactor.Outcome compacted, SmallFiles.Outcome merged, Housekeeping.Outcome kept, Corrections.Outcome corrected,
            String failure) {
        private static OfType failed(String type, Exception why) {
            return new OfType(type, Compactor.Outcome.NOTHING, SmallFiles.Outcome.NOTHING, Housekeeping.Outcome.NOTHING, Corrections.Outcome.NOTHING, why.getMessage());
        }
    }

    /// @param bucket          of the lake
    /// @param hotStore        takes the panes that are computed again; [TimeSeries#NONE] if there are none to correct
    /// @param bufferBytes     memory for the rows of a commit
    /// @param streamRetention how long the stream keeps a record
    LakeCompaction(Catalog catalog, String database, String bucket, List<DeviceType> types, Function<DeviceType, Landing> landing, TimeSeries hotStore,
            long bufferBytes, Duration streamRetention, InstantSource clock) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.database = requireNonNull(database, "database is null");
        this.bucket = "s3://" + requireNonNull(bucket, "bucket is null") + "/";
        this.types = List.copyOf(types);
        this.landing = requireNonNull(landing, "landing is null");
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
        this.settings = new Compactor.Settings(bufferBytes, FILE_BYTES, CLOSED_AFTER, streamRetention.plus(FINAL_MARGIN), COMMIT_TAKES);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Makes the tables that are not there, and gives the others the columns that they lack.
    ///
    /// @return their names
    List<String> ensureTables() {
        List<String> names = new ArrayList<>();
        for (DeviceType type : types) {
            names.add(ReadingsTable.open(catalog, database, type, bucket).table().name());
        }
        return names;
    }

    /// Takes what has landed of each type. One type that fails does not keep the others waiting.
    List<OfType> run(Request.Compact which, Deadline deadline) {
        List<OfType> outcomes = new ArrayList<>();
        // a type that takes all the time must not always be the first
        int first = (int) (clock.millis() / Duration.ofHours(1).toMillis() % types.size());
        for (int i = 0; i < types.size(); i++) {
            DeviceType type = types.get((first + i) % types.size());
            try {
                outcomes.add(run(type, which, deadline));
            } catch (IOException | RuntimeException e) {
                e.printStackTrace();
                outcomes.add(OfType.failed(type.name(), e));
            }
        }
        return outcomes;
    }

    private OfType run(DeviceType type, Request.Compact which, Deadline deadline) throws IOException {
        ReadingsTable table = ReadingsTable.open(catalog, database, type, bucket);
        Compactor.Outcome compacted = new Compactor(table, landing.apply(type), settings, clock).run(which, deadline);
        SmallFiles.Outcome merged = compacted.isBehind() ? SmallFiles.Outcome.NOTHING : new SmallFiles(table, SMALL_FILES, clock).run(deadline);
        Housekeeping.Outcome kept = compacted.commits() == 0 ? Housekeeping.Outcome.NOTHING : new Housekeeping(table, HOUSEKEEPING, clock).run();
        Corrections.Outcome corrected = correct(table, compacted, deadline);
        return new OfType(type.name(), compacted, merged, kept, corrected, corrected.problem());
    }

    private Corrections.Outcome correct(ReadingsTable table, Compactor.Outcome compacted, Deadline deadline) throws IOException {
        var corrections = new Corrections(table, hotStore);
        if (hotStore.equals(TimeSeries.NONE)) {
            corrections.forget();
            return Corrections.Outcome.NOTHING;
        }
        return corrections.run(compacted.completeToMillis(), deadline);
    }
}
