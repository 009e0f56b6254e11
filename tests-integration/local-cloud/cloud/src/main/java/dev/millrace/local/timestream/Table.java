package dev.millrace.local.timestream;

import dev.millrace.local.timestream.IncomingRecord.Measure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// One table: decides about each record by key and version, and keeps what SQL has not seen yet.
///
/// For every key it remembers version and fingerprints only; the row itself waits in [#pending] until a query takes
/// it, or until enough wait. Thread-safe.
final class Table {
    /// How far ahead of the clock a record's time may be (developer guide, "Quotas").
    static final Duration FUTURE_MAX = Duration.ofMinutes(15);
    static final int RECORD_BYTES_MAX = 2_048;

    private record Stored(long id, long version, Fingerprint values) {
    }

    /// @param id counts from 0 as keys come; stays when the row is replaced
    record Row(long id, IncomingRecord incoming) {
    }

    /// What SQL must do to catch up.
    ///
    /// @param columns  all columns, the known ones first in their old order
    /// @param replaced ids of rows that SQL holds in an older version
    record Changes(List<Column> columns, List<Row> rows, Set<Long> replaced) {
    }

    private final String database;
    private final String name;
    private final TableSettings settings;
    private final InstantSource clock;
    private final Instant createdAt;
    private final AtomicLong magneticRejections;

    private final Columns columns = new Columns();
    private final Map<Fingerprint, Stored> stored = new HashMap<>();
    private Map<Long, IncomingRecord> pending = new LinkedHashMap<>();
    private Set<Long> replaced = new HashSet<>();
    private long handedOver;
    private long storedBytes;

    Table(String database, String name, TableSettings settings, InstantSource clock, AtomicLong magneticRejections) {
        this.database = database;
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.createdAt = clock.instant();
        this.magneticRejections = magneticRejections;
    }

    String database() {
        return database;
    }

    String name() {
        return name;
    }

    TableSettings settings() {
        return settings;
    }

    Instant createdAt() {
        return createdAt;
    }

    synchronized WriteOutcome write(List<IncomingRecord> records) {
        Window window = Window.at(clock.instant(), settings);
        var rejections = new ArrayList<Rejection>();
        Set<Fingerprint> keys = new HashSet<>();
        int magnetic = 0;
        for (IncomingRecord incoming : records) {
            Fingerprint key = incoming.key();
            boolean late = window.isMagnetic(incoming.timeNanos());
            // AWS leaves open what happens to one key twice in a call; the strictest: docs/verify-on-aws.md
            Optional<Rejection> rejection = keys.add(key) ? refusal(incoming, window).or(() -> take(incoming, key, late))
                    : Optional.of(Rejection.of(incoming.index(), "The request has more than one record with the same time, dimensions and measure name."));
            rejection.ifPresent(rejections::add);
            magnetic += late && rejection.isEmpty() ? 1 : 0;
        }
        return new WriteOutcome(records.size() - rejections.size() - magnetic, magnetic, rejections);
    }

    /// Of all rows, as AWS meters them when they come; a later version takes the place of an earlier one.
    synchronized long storedBytes() {
        return storedBytes;
    }

    /// Rows that wait for SQL.
    synchronized int pending() {
        return pending.size();
    }

    /// Hands over what has changed since the last call.
    synchronized Changes takeChanges() {
        var changes = new Changes(columns.all(), pending.entrySet().stream().map(row -> new Row(row.getKey(), row.getValue())).toList(), replaced);
        pending = new LinkedHashMap<>();
        replaced = new HashSet<>();
        handedOver = stored.size();
        return changes;
    }

    /// Rows of earlier times have outlived both stores.
    Instant keptSince() {
        return clock.instant().minus(settings.wholeLife());
    }

    private Optional<Rejection> refusal(IncomingRecord incoming, Window window) {
        if (!window.holds(incoming.timeNanos())) {
            return Optional.of(Rejection.of(incoming.index(), "The record timestamp is outside the time range %s.", window));
        }
        if (settings.partitionKey() instanceof PartitionKey.ByDimension(String dimension, boolean required) && required
                && !incoming.dimensions().containsKey(dimension)) {
            return Optional.of(Rejection.of(incoming.index(), "The record has no dimension '%s', which the table's partition key requires.", dimension));
        }
        if (incoming.dimensions().values().stream().anyMatch(String::isEmpty)) {
            return Optional.of(Rejection.of(incoming.index(), "A dimension has an empty value."));
        }
        int bytes = incoming.bytes();
        if (bytes > RECORD_BYTES_MAX) {
            return Optional.of(Rejection.of(incoming.index(), "The record has %d bytes, over %d.", bytes, RECORD_BYTES_MAX));
        }
        return columns.misfit(incoming).map(reason -> Rejection.of(incoming.index(), "%s", reason));
    }

    /// Late duplicates never reach the caller: AWS finds them after it has acknowledged the write
    /// (developer guide, "Writes": late arriving data), so they are only counted.
    private Optional<Rejection> take(IncomingRecord incoming, Fingerprint key, boolean late) {
        Stored before = stored.get(key);
        Fingerprint values = incoming.values();
        if (before != null && incoming.version() <= before.version()) {
            if (incoming.version() == before.version() && values.equals(before.values())) {
                return Optional.empty();
            }
            if (late) {
                magneticRejections.incrementAndGet();
                return Optional.empty();
            }
            return Optional.of(incoming.version() == before.version() ? Rejection.sameVersion(incoming.index())
                    : Rejection.lowerVersion(incoming.index(), incoming.version(), before.version()));
        }
        columns.learn(incoming);
        long id = before == null ? stored.size() : before.id();
        storedBytes += before == null ? incoming.bytes() : 0;
        stored.put(key, new Stored(id, incoming.version(), values));
        if (before == null || !values.equals(before.values())) {
            pending.put(id, incoming);
            if (id < handedOver) {
                replaced.add(id);
            }
        }
        return Optional.empty();
    }

    /// The times that a write may have now, as nanoseconds since 1970, and where the memory store begins.
    private record Window(long from, long memoryFrom, long until, boolean magneticWrites) {
        static Window at(Instant now, TableSettings settings) {
            long memoryFrom = nanos(now.minus(settings.memoryRetention()));
            // Whether the magnetic retention counts from now or from the end of the memory store: docs/verify-on-aws.md
            Instant magneticFrom = now.minus(settings.wholeLife());
            long from = !settings.magneticWrites() ? memoryFrom : magneticFrom.isBefore(Instant.EPOCH) ? 0 : nanos(magneticFrom);
            return new Window(from, memoryFrom, nanos(now.plus(FUTURE_MAX)), settings.magneticWrites());
        }

        boolean holds(long timeNanos) {
            return timeNanos >= from && timeNanos < until;
        }

        boolean isMagnetic(long timeNanos) {
            return magneticWrites && timeNanos < memoryFrom;
        }

        @Override
        public String toString() {
            return "[%s, %s) of the %s".formatted(instant(from), instant(until), magneticWrites ? "data ingestion window" : "memory store");
        }

        private static long nanos(Instant instant) {
            return Math.addExact(TimeUnit.SECONDS.toNanos(instant.getEpochSecond()), instant.getNano());
        }

        private static Instant instant(long nanos) {
            return Instant.ofEpochSecond(0, nanos);
        }
    }

    static Object cell(IncomingRecord incoming, Column column) {
        if (column.dimension()) {
            return incoming.dimensions().get(column.name());
        }
        return incoming.measures().stream().filter(measure -> measure.column().equals(column.name())).map(Measure::value).findFirst().orElse(null);
    }
}
