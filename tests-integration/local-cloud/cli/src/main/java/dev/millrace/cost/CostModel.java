package dev.millrace.cost;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.meter.BilledUnit;
import dev.millrace.local.meter.CloudMeter;
import dev.millrace.local.meter.Usage;

/// The units that a fleet takes, from its numbers alone: no repeats, no outages, everything at its mean.
public final class CostModel {
    private static final double GB = 1L << 30;
    private static final double SECONDS_OF_HOUR = 3_600;
    private static final double MINUTES_OF_HOUR = 60;
    private static final double STEP_IOT = 5 << 10;
    private static final double STEP_KINESIS = 25 << 10;
    /// A shard takes 1,000 records and 1 MB a second (Kinesis developer guide, quotas); a fleet needs some room.
    private static final double SHARD_RECORDS = 700;
    private static final double SHARD_BYTES = 0.7 * (1 << 20);
    private static final int RETENTION_FREE_HOURS = 24;
    private static final double FUNCTION_GB = 1;
    private static final double COMPACT_GB = 2;
    /// A thing connects and subscribes once a day, and then asks for its configuration.
    private static final double CONNECTS_A_DAY = 1;
    /// CONNECT, and a SUBSCRIBE for each topic that the agent listens to.
    private static final double MESSAGES_A_CONNECT = 3;
    private static final double DAYS_OF_MONTH = CloudMeter.HOURS_OF_MONTH / 24;
    /// Metered on the local cloud, see docs/cost.md.
    private static final double INGEST_LOG_BYTES = 1_200;
    private static final double ARCHIVE_LOG_BYTES = 300;
    private static final double LAKE_BYTES_A_VALUE = 4;
    private static final double READS_A_LANDING_OBJECT = 3;
    private static final double READS_A_COMPACTION = 60;
    private static final double WRITES_A_COMPACTION = 20;
    private static final double GLUE_A_COMPACTION = 20;
    private static final int METRICS = 40;
    private static final int ALARM_METRICS = 35;

    private final Fleet fleet;
    private final Flow flow;
    private final int shards;

    public CostModel(Fleet fleet, Flow flow) {
        this.fleet = requireNonNull(fleet, "fleet is null");
        this.flow = requireNonNull(flow, "flow is null");
        double packBytes = OneThing.fresh(fleet, 1, fleet.packSeconds()).packBytes();
        double byRecords = fleet.packsPerSecond() / SHARD_RECORDS;
        double byBytes = fleet.packsPerSecond() * packBytes / SHARD_BYTES;
        shards = (int) Math.max(flow.shards(), Math.ceil(Math.max(byRecords, byBytes)));
    }

    /// Of the stream: as configured, or what the load needs at 70 % of the quotas.
    public int shards() {
        return shards;
    }

    /// A month of 730 hours of a fleet that has long been running. What is stored is what comes in this month.
    public Usage month() {
        double seconds = CloudMeter.HOURS_OF_MONTH * SECONDS_OF_HOUR;
        var sum = new Usage.Sum();
        Batches ingest = ingest();
        OneThing thing = OneThing.steady(fleet, packsPerBatch(ingest));
        flow(sum, seconds, ingest, thing);
        standing(sum, CloudMeter.HOURS_OF_MONTH);
        schedules(sum, seconds, thing);
        sum.add(BilledUnit.IOT_CONNECTION_MINUTES, fleet.things() * CloudMeter.HOURS_OF_MONTH * MINUTES_OF_HOUR);
        sum.add(BilledUnit.IOT_MESSAGES, fleet.things() * CONNECTS_A_DAY * DAYS_OF_MONTH * MESSAGES_A_CONNECT);
        return sum.total();
    }

    /// The lines that readings alone make, in the first seconds of a fleet that nobody has seen before: what a metered run
    /// can be held against.
    public Usage firstReadings(double seconds) {
        var sum = new Usage.Sum();
        Batches ingest = ingest();
        flow(sum, seconds, ingest, OneThing.fresh(fleet, packsPerBatch(ingest), seconds));
        return sum.total();
    }

    private Batches ingest() {
        double packBytes = OneThing.fresh(fleet, 1, fleet.packSeconds()).packBytes();
        return Batches.of(fleet.packsPerSecond(), packBytes, shards, flow.ingestBatchSize(), flow.ingestWindowSeconds(), flow.durations().ingestMillis());
    }

    /// Of one thing, where it is in a batch at all.
    private int packsPerBatch(Batches ingest) {
        return (int) Math.max(1, Math.round(ingest.seconds(shards) / fleet.packSeconds()));
    }

    private void flow(Usage.Sum sum, double seconds, Batches ingest, OneThing thing) {
        double packs = fleet.packsPerSecond() * seconds;
        double readings = fleet.readingsPerSecond() * seconds;
        double iotSteps = packs * Math.ceil(thing.packBytes() / STEP_IOT);
        sum.add(BilledUnit.IOT_RULES_TRIGGERED, iotSteps);
        sum.add(BilledUnit.IOT_ACTIONS, iotSteps);
        sum.add(BilledUnit.KINESIS_PUT_UNITS, packs * Math.ceil((thing.packBytes() + thingBytes()) / STEP_KINESIS));

        double batches = ingest.perSecond() * seconds;
        function(sum, "ingest", batches, flow.durations().ingestMillis(), FUNCTION_GB, INGEST_LOG_BYTES);
        // how often a thing is in a batch, over all things: with each pack, or with each batch if packs come faster
        double ofThings = packs / Math.max(1, ingest.seconds(shards) / fleet.packSeconds());
        sum.add(BilledUnit.DYNAMODB_WRITE_UNITS, ofThings * thing.writeUnits() / thing.batches());
        sum.add(BilledUnit.DYNAMODB_READ_UNITS, ofThings * thing.readUnits() / thing.batches());
        sum.add(BilledUnit.DYNAMODB_STORAGE, fleet.things() * (double) thing.itemBytes() / GB);
        timestream(sum, "readings", TimestreamSizes.ofReadings(fleet.type(), thingBytes()), readings, batches, readings);
        double rollups = ofThings * thing.rollups() / thing.batches();
        // a rollup that is written again takes the place of the one before
        double paneSeconds = fleet.type().pane().toSeconds();
        double panes = fleet.things() * Math.max(1, seconds / Math.max(paneSeconds, fleet.intervalSeconds()));
        timestream(sum, "rollups", TimestreamSizes.ofRollups(fleet.type(), thingBytes()), rollups, batches, panes);

        Batches archive = Batches.of(fleet.packsPerSecond(), thing.packBytes(), shards, flow.archiveBatchSize(), flow.archiveWindowSeconds(),
                flow.durations().archiveMillis());
        double objects = archive.perSecond() * seconds;
        function(sum, "archive", objects, flow.durations().archiveMillis(), FUNCTION_GB, ARCHIVE_LOG_BYTES);
        // written once, and tagged once when compaction has it
        sum.add(BilledUnit.S3_WRITES, objects * 2);
        sum.add(BilledUnit.S3_READS, objects * READS_A_LANDING_OBJECT);
        sum.add(BilledUnit.S3_STORAGE, readings * fleet.type().measuresInUse().size() * LAKE_BYTES_A_VALUE / GB);
    }

    private int thingBytes() {
        return fleet.type().name().length() + "-00001".length();
    }

    private static void function(Usage.Sum sum, String function, double invocations, double millis, double gb, double logBytes) {
        sum.add(BilledUnit.LAMBDA_REQUESTS, function, invocations);
        sum.add(BilledUnit.LAMBDA_GB_SECONDS, function, invocations * Math.ceil(millis) / 1_000 * gb);
        sum.add(BilledUnit.CLOUDWATCH_LOGS, function, invocations * (logBytes + CloudMeter.LOG_EVENT_BYTES + CloudMeter.INVOCATION_LOG_BYTES) / GB);
    }

    private void timestream(Usage.Sum sum, String table, TimestreamSizes sizes, double records, double batches, double rows) {
        sum.add(BilledUnit.TIMESTREAM_WRITES, table, batches * sizes.kibibytes(records / batches));
        sum.add(BilledUnit.TIMESTREAM_MEMORY, table, sizes.storedBytes(rows) / GB * flow.timestreamMemoryHours());
        sum.add(BilledUnit.TIMESTREAM_MAGNETIC, table, sizes.storedBytes(rows) / GB);
    }

    private void standing(Usage.Sum sum, double hours) {
        sum.add(BilledUnit.KINESIS_SHARD_HOURS, shards * hours);
        sum.add(BilledUnit.KINESIS_RETENTION_SHARD_HOURS, flow.streamRetentionHours() > RETENTION_FREE_HOURS ? shards * hours : 0);
        double months = hours / CloudMeter.HOURS_OF_MONTH;
        sum.add(BilledUnit.CLOUDWATCH_METRICS, METRICS * months);
        sum.add(BilledUnit.CLOUDWATCH_ALARMS, ALARM_METRICS * months);
        sum.add(BilledUnit.CLOUDWATCH_DASHBOARDS, months);
    }

    private void schedules(Usage.Sum sum, double seconds, OneThing thing) {
        double sweeps = seconds / MINUTES_OF_HOUR / flow.sweepMinutes();
        double compactions = seconds / MINUTES_OF_HOUR / flow.compactionMinutes();
        function(sum, "sweep", sweeps, flow.durations().sweepMillis(), FUNCTION_GB, ARCHIVE_LOG_BYTES);
        function(sum, "compact", compactions, flow.durations().compactMillis(), COMPACT_GB, ARCHIVE_LOG_BYTES);
        sum.add(BilledUnit.EVENTBRIDGE_INVOCATIONS, sweeps + compactions);
        sum.add(BilledUnit.DYNAMODB_READ_UNITS, sweeps * fleet.things() * thing.itemBytes() / 4_096 / 2);
        sum.add(BilledUnit.S3_WRITES, compactions * WRITES_A_COMPACTION);
        sum.add(BilledUnit.S3_READS, compactions * READS_A_COMPACTION);
        sum.add(BilledUnit.GLUE_REQUESTS, compactions * GLUE_A_COMPACTION);
    }
}
