package dev.millrace.cdk;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Names;
import dev.millrace.pipeline.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awscdk.RemovalPolicy;

/// Every setting of a deployment, read once from the CDK context. Defaults stand in `cdk.json` and nowhere else.
///
/// @param environment           part of every physical name; `[a-z][a-z0-9]{0,15}`
/// @param shards                open shards of the stream, 1 to 200; each takes 1,000 packs or 1 MB a second
/// @param streamRetentionHours  24 to 8,760 (Kinesis Data Streams, "Quotas and limits")
/// @param ingestBatchSize       records that one call of ingest gets at most, 1 to 10,000 (Lambda, Kinesis event
///                              source parameters)
/// @param ingestWindowSeconds   how long a batch for ingest may gather, 0 to 300
/// @param archiveBatchSize      records that one call of archive gets at most, 1 to 10,000
/// @param archiveWindowSeconds  how long a batch for archive may gather, 0 to 300; the longer, the larger the files
/// @param ledgerIntervalsMax    intervals of a ledger, 2 to 512; past it the oldest gap is given up. Lowering it gives up
///                              the gaps that are too many. Together with `ledgerEpochsMax` it must fit into a state, see
///                              [Limits]
/// @param ledgerEpochsMax       ledgers of a thing, 1 to 16; past it the oldest one is given up
/// @param sweepMinutes          how often idle things are looked for, 1 to 1,440; a silent thing's panes close that much
///                              later at most
/// @param timestreamMemoryHours retention of the memory store, 1 to 8,766 (Timestream for LiveAnalytics, quotas)
/// @param timestreamMagneticDays retention of the magnetic store, 1 to 73,000
/// @param compactionMinutes     how often what has landed goes into the tables of readings, 5 to 1,440
/// @param landingDays           how long a landing object is kept at least, once it is in its table, 1 to 3,650
/// @param completenessMinutes   how often it is looked for what is missing, 5 to 1,440
/// @param resendReadingsMax     missing readings that devices are asked for in a run, 0 to 1,000,000; 0 asks for none
/// @param queryScanMegabytesMax what a query of the analysts may scan, 10 to 100,000,000 MB (Athena's smallest cutoff is
///                              10 MB); the default costs half a dollar at 5 USD a TB
/// @param workers               stream workers, 1 to 100; read if there are any. More than `shards` would have nothing to do
/// @param alarmEmail            who is told of alarms by mail, and confirms it once; empty: whoever subscribes to the topic
/// @param hasHotStore           whether there is Timestream; without it readings are in the lake alone
/// @param isWorked              whether stream workers read the stream, in place of event source mappings
/// @param isOnDemand            whether the stream grows and shrinks by itself; `shards` is then not used
/// @param isKept                whether what holds data stays when its stack is deleted; buckets and the key always do
/// @param isProtected           whether tables and the stack that holds data refuse to be deleted
/// @param logRetentionDays      of the functions' logs, one of [LogRetention#DAYS]
/// @param deviceTypes           those shipped that get landing tables, views and saved queries; functions take all shipped ones
/// @param customerKey           [#NO_CUSTOMER_KEY], [#OWN_CUSTOMER_KEY], or the ARN of a KMS key
/// @param functionZips          directory of the functions' deployment packages, `<function>-lambda.zip`
/// @param workerContainer       directory of the stream worker's container: its `Dockerfile` and what goes into it
record Config(String environment, int shards, int streamRetentionHours, int ingestBatchSize, int ingestWindowSeconds,
        int archiveBatchSize, int archiveWindowSeconds, int ledgerIntervalsMax, int ledgerEpochsMax,
        int sweepMinutes, int timestreamMemoryHours, int timestreamMagneticDays, int compactionMinutes, int landingDays,
        int completenessMinutes, int resendReadingsMax, int queryScanMegabytesMax, int workers, String alarmEmail, boolean hasHotStore, boolean isWorked, boolean isOnDemand, boolean isKept, boolean isProtected, int logRetentionDays,
        List<String> deviceTypes, String customerKey, Path functionZips, Path workerContainer) {
    /// Everything is encrypted by the keys that AWS keeps for each service.
    static final String NO_CUSTOMER_KEY = "false";
    /// The stack makes a key.
    static final String OWN_CUSTOMER_KEY = "true";

    private static final String ENVIRONMENT = "environment";
    private static final Pattern ENVIRONMENT_RULE = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final String ALARM_EMAIL = "alarmEmail";
    /// Nothing more than what keeps typing errors out: whether it is right, only its owner can say.
    private static final Pattern ALARM_EMAIL_RULE = Pattern.compile("|[^@\\s]{1,64}@[^@\\s]{1,255}\\.[^@\\s.]{2,63}");
    private static final String FUNCTION_ZIPS = "functionZips";
    private static final String WORKER_CONTAINER = "workerContainer";

    private static final WholeNumber SHARDS = new WholeNumber("shards", 1, 200);
    private static final WholeNumber STREAM_RETENTION_HOURS = new WholeNumber("streamRetentionHours", 24, 8_760);
    private static final WholeNumber INGEST_BATCH_SIZE = new WholeNumber("ingestBatchSize", 1, 10_000);
    private static final WholeNumber INGEST_WINDOW_SECONDS = new WholeNumber("ingestWindowSeconds", 0, 300);
    private static final WholeNumber ARCHIVE_BATCH_SIZE = new WholeNumber("archiveBatchSize", 1, 10_000);
    private static final WholeNumber ARCHIVE_WINDOW_SECONDS = new WholeNumber("archiveWindowSeconds", 0, 300);
    private static final WholeNumber LEDGER_INTERVALS_MAX = new WholeNumber("ledgerIntervalsMax", 2, 512);
    private static final WholeNumber LEDGER_EPOCHS_MAX = new WholeNumber("ledgerEpochsMax", 1, 16);
    private static final WholeNumber SWEEP_MINUTES = new WholeNumber("sweepMinutes", 1, 1_440);
    private static final WholeNumber TIMESTREAM_MEMORY_HOURS = new WholeNumber("timestreamMemoryHours", 1, 8_766);
    private static final WholeNumber TIMESTREAM_MAGNETIC_DAYS = new WholeNumber("timestreamMagneticDays", 1, 73_000);
    private static final WholeNumber COMPACTION_MINUTES = new WholeNumber("compactionMinutes", 5, 1_440);
    private static final WholeNumber LANDING_DAYS = new WholeNumber("landingDays", 1, 3_650);
    private static final WholeNumber COMPLETENESS_MINUTES = new WholeNumber("completenessMinutes", 5, 1_440);
    private static final WholeNumber RESEND_READINGS_MAX = new WholeNumber("resendReadingsMax", 0, 1_000_000);
    private static final WholeNumber QUERY_SCAN_MEGABYTES_MAX = new WholeNumber("queryScanMegabytesMax", 10, 100_000_000);
    private static final WholeNumber WORKERS = new WholeNumber("workers", 1, 100);
    private static final List<WholeNumber> WHOLE_NUMBERS = List.of(SHARDS, STREAM_RETENTION_HOURS, INGEST_BATCH_SIZE, INGEST_WINDOW_SECONDS,
            ARCHIVE_BATCH_SIZE, ARCHIVE_WINDOW_SECONDS, LEDGER_INTERVALS_MAX, LEDGER_EPOCHS_MAX, SWEEP_MINUTES, TIMESTREAM_MEMORY_HOURS,
            TIMESTREAM_MAGNETIC_DAYS, COMPACTION_MINUTES, LANDING_DAYS, COMPLETENESS_MINUTES, RESEND_READINGS_MAX, QUERY_SCAN_MEGABYTES_MAX, WORKERS);

    private static final Choice HOT_STORE = new Choice("hotStore", List.of("timestream", "none"));
    private static final Choice COMPUTE = new Choice("compute", List.of("lambda", "worker"));
    private static final Choice STREAM_MODE = new Choice("streamMode", List.of("provisioned", "on-demand"));
    private static final Choice REMOVAL_POLICY = new Choice("removalPolicy", List.of("retain", "destroy"));
    private static final Choice DELETION_PROTECTION = Choice.flag("deletionProtection");
    private static final Choice LOG_RETENTION_DAYS = new Choice("logRetentionDays", LogRetention.DAYS.stream().map(String::valueOf).toList());
    private static final String CUSTOMER_KEY = "customerKey";
    private static final Pattern CUSTOMER_KEY_RULE = Pattern.compile("true|false|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})");

    /// The keys that may be set, in the order of this record.
    static final List<String> KEYS = Stream.of(Stream.of(ENVIRONMENT), WHOLE_NUMBERS.stream().map(WholeNumber::key),
            Stream.of(ALARM_EMAIL, HOT_STORE.key(), COMPUTE.key(), STREAM_MODE.key(), REMOVAL_POLICY.key(), DELETION_PROTECTION.key(), LOG_RETENTION_DAYS.key(), DeviceTypeNames.KEY,
                    CUSTOMER_KEY, FUNCTION_ZIPS, WORKER_CONTAINER))
            .flatMap(keys -> keys)
            .toList();
    /// What the CDK's command line itself keeps in the context without the `:` of all its other keys.
    private static final List<String> KEYS_OF_THE_CLI = List.of("acknowledged-issue-numbers", "cli-telemetry");

    Config {
        if (!ENVIRONMENT_RULE.matcher(environment).matches()) {
            throw new ConfigException("%s must match %s: %s".formatted(ENVIRONMENT, ENVIRONMENT_RULE, Names.shown(environment)));
        }
        SHARDS.check(shards);
        STREAM_RETENTION_HOURS.check(streamRetentionHours);
        INGEST_BATCH_SIZE.check(ingestBatchSize);
        INGEST_WINDOW_SECONDS.check(ingestWindowSeconds);
        ARCHIVE_BATCH_SIZE.check(archiveBatchSize);
        ARCHIVE_WINDOW_SECONDS.check(archiveWindowSeconds);
        LEDGER_INTERVALS_MAX.check(ledgerIntervalsMax);
        LEDGER_EPOCHS_MAX.check(ledgerEpochsMax);
        checkLimits(ledgerIntervalsMax, ledgerEpochsMax);
        SWEEP_MINUTES.check(sweepMinutes);
        TIMESTREAM_MEMORY_HOURS.check(timestreamMemoryHours);
        TIMESTREAM_MAGNETIC_DAYS.check(timestreamMagneticDays);
        COMPACTION_MINUTES.check(compactionMinutes);
        LANDING_DAYS.check(landingDays);
        COMPLETENESS_MINUTES.check(completenessMinutes);
        RESEND_READINGS_MAX.check(resendReadingsMax);
        QUERY_SCAN_MEGABYTES_MAX.check(queryScanMegabytesMax);
        WORKERS.check(workers);
        if (!ALARM_EMAIL_RULE.matcher(alarmEmail).matches()) {
            throw new ConfigException("%s must be empty or a mail address: %s".formatted(ALARM_EMAIL, Names.shown(alarmEmail)));
        }
        if (!isKept && isProtected) {
            throw new ConfigException("%s must be false if %s is destroy: 'true'".formatted(DELETION_PROTECTION.key(), REMOVAL_POLICY.key()));
        }
        if (!LogRetention.DAYS.contains(logRetentionDays)) {
            throw new ConfigException("%s must be one of %s: '%d'".formatted(LOG_RETENTION_DAYS.key(), LogRetention.DAYS, logRetentionDays));
        }
        deviceTypes = List.copyOf(deviceTypes);
        DeviceTypeNames.check(deviceTypes);
        if (!CUSTOMER_KEY_RULE.matcher(customerKey).matches()) {
            throw new ConfigException("%s must be true, false or the ARN of a KMS key: %s".formatted(CUSTOMER_KEY, Names.shown(customerKey)));
        }
        requireNonNull(functionZips, "functionZips is null");
        requireNonNull(workerContainer, "workerContainer is null");
    }

    /// Reads the settings from the context; values may be numbers (from `cdk.json`) or text (from a command line).
    ///
    /// @throws ConfigException if a key is missing, unknown, or has a wrong value. A key is the CDK's own if it
    ///                         contains a `:`; every other key must be one of ours, so that a typing error is not
    ///                         silently a default
    static Config from(Map<String, ?> context) {
        for (String key : context.keySet()) {
            if (!key.contains(":") && !KEYS.contains(key) && !KEYS_OF_THE_CLI.contains(key)) {
                throw new ConfigException("unknown setting %s, expected one of %s".formatted(Names.shown(key), String.join(", ", KEYS)));
            }
        }
        return new Config(text(context, ENVIRONMENT, "text that matches " + ENVIRONMENT_RULE),
                SHARDS.read(context),
                STREAM_RETENTION_HOURS.read(context),
                INGEST_BATCH_SIZE.read(context),
                INGEST_WINDOW_SECONDS.read(context),
                ARCHIVE_BATCH_SIZE.read(context),
                ARCHIVE_WINDOW_SECONDS.read(context),
                LEDGER_INTERVALS_MAX.read(context),
                LEDGER_EPOCHS_MAX.read(context),
                SWEEP_MINUTES.read(context),
                TIMESTREAM_MEMORY_HOURS.read(context),
                TIMESTREAM_MAGNETIC_DAYS.read(context),
                COMPACTION_MINUTES.read(context),
                LANDING_DAYS.read(context),
                COMPLETENESS_MINUTES.read(context),
                RESEND_READINGS_MAX.read(context),
                QUERY_SCAN_MEGABYTES_MAX.read(context),
                WORKERS.read(context),
                String.valueOf(context.get(ALARM_EMAIL)),
                HOT_STORE.is("timestream", context),
                COMPUTE.is("worker", context),
                STREAM_MODE.is("on-demand", context),
                REMOVAL_POLICY.is("retain", context),
                DELETION_PROTECTION.is("true", context),
                Integer.parseInt(LOG_RETENTION_DAYS.read(context)),
                DeviceTypeNames.read(context),
                String.valueOf(context.get(CUSTOMER_KEY)),
                Path.of(text(context, FUNCTION_ZIPS, "the directory of the functions' zips")),
                Path.of(text(context, WORKER_CONTAINER, "the directory of the stream worker's container")));
    }

    /// As the function checks them when it starts: better here than there.
    private static void checkLimits(int intervalsMax, int epochsMax) {
        try {
            var _ = new Limits(intervalsMax, epochsMax);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("%s and %s must fit into a state together: '%d' and '%d' (%s)"
                    .formatted(LEDGER_INTERVALS_MAX.key(), LEDGER_EPOCHS_MAX.key(), intervalsMax, epochsMax, e.getMessage()));
        }
    }

    private static String text(Map<String, ?> context, String key, String expected) {
        Object value = context.get(key);
        if (!(value instanceof String text) || text.isBlank()) {
            throw new ConfigException("%s must be %s: %s".formatted(key, expected, Names.shown(value == null ? null : value.toString())));
        }
        return text;
    }

    /// The device types that get tables, in the order in which they are shipped.
    List<DeviceType> types() {
        return DeviceTypeNames.types(deviceTypes);
    }

    /// Of what holds data, but for buckets and the key.
    RemovalPolicy removalPolicy() {
        return isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    }

    /// The deployment package of a function.
    ///
    /// @throws ConfigException if there is none
    Path functionZip(String function) {
        Path zip = functionZips.resolve(function + "-lambda.zip");
        if (!Files.isRegularFile(zip)) {
            throw new ConfigException("%s must be the directory of the functions' zips: there is no file %s".formatted(FUNCTION_ZIPS, zip.toAbsolutePath()));
        }
        return zip;
    }

    /// What the stream worker's image is built of.
    ///
    /// @throws ConfigException if it has no Dockerfile
    Path workerDirectory() {
        Path dockerfile = workerContainer.resolve("Dockerfile");
        if (!Files.isRegularFile(dockerfile)) {
            throw new ConfigException("%s must be the directory of the stream worker's container: there is no file %s".formatted(WORKER_CONTAINER, dockerfile.toAbsolutePath()));
        }
        return workerContainer;
    }

    /// A table of leases is called `<this>-<consumer>`.
    String leasesTables() {
        return "millrace-" + environment + "-leases";
    }

    /// The topic rule. Only letters, digits and `_` (AWS IoT, CreateTopicRule); devices have it in their topic.
    String ruleName() {
        return "millrace_" + environment + "_telemetry";
    }

    /// The topic rule for notices of lost readings; as [#ruleName].
    String noticesRuleName() {
        return "millrace_" + environment + "_notices";
    }

    /// The IoT policy that provisioning attaches to a device's certificate.
    String devicePolicyName() {
        return "millrace-" + environment + "-device";
    }

    /// The provisioning template, which devices name. At most 36 characters (AWS IoT, CreateProvisioningTemplate).
    String provisioningTemplateName() {
        return "millrace-" + environment + "-device";
    }

    /// The IoT policy of claim certificates.
    String claimPolicyName() {
        return "millrace-" + environment + "-claim";
    }

    /// The Timestream database.
    String timestreamDatabase() {
        return "millrace-" + environment;
    }

    /// The Glue database. No `-`, because Athena would want it quoted in every query.
    String glueDatabase() {
        return "millrace_" + environment;
    }

    /// The Athena workgroup.
    String workgroup() {
        return "millrace-" + environment;
    }
}
