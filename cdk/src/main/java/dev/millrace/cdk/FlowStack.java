package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// What moves data: the way in for devices, the rules, the functions. It holds nothing. Functions may be replaced at any
/// time, the stream keeps what comes meanwhile. A rule may not be missing while devices publish: AWS IoT acknowledges
/// a message to a rule that is not there and drops it ("Basic Ingest").
final class FlowStack extends Stack {
    /// Less than Lambda's 15 minutes: a run that does not get through is better cut by itself than by Lambda.
    private static final int SWEEP_TIMEOUT_MINUTES_MAX = 10;

    /// @param serials      of the devices that may be provisioned
    /// @param glueDatabase of the lake's tables
    /// @param hotStore     empty if there is none
    record Props(Config config, Collection<DeviceType> types, IStream stream, ITable states, ITable serials, Optional<HotStore.Tables> hotStore, IBucket lake,
            String glueDatabase, IBucket failures) {
    }

    FlowStack(Construct scope, String id, Props props) {
        super(scope, id, StackProps.builder().description("Millrace: what moves data").build());
        Config config = props.config();

        DeviceToRule device = new DeviceToRule(this, "DeviceToRule",
                new DeviceToRule.Props(config.devicePolicyName(), config.ruleName(), config.noticesRuleName(), config.provisioningTemplateName()));
        IotRuleToStream rule = new IotRuleToStream(this, "RuleToStream",
                new IotRuleToStream.Props(config.ruleName(), props.stream(), props.failures()));
        IotRuleToLake notices = new IotRuleToLake(this, "RuleToLake",
                new IotRuleToLake.Props(config.noticesRuleName(), props.lake(), props.failures()));
        FleetProvisioning provisioning = new FleetProvisioning(this, "FleetProvisioning",
                new FleetProvisioning.Props(config, device.policyName(), rule.ruleName(), notices.ruleName(), props.serials()));
        Consumers consumers = config.isWorked() ? workers(props) : functions(props);

        StreamFunction sweep = sweep(props);
        Rule.Builder.create(this, "SweepSchedule")
                .schedule(Schedule.rate(Duration.minutes(config.sweepMinutes())))
                .targets(List.of(new LambdaFunction(sweep.live())))
                .build();

        LandingToReadings compaction = new LandingToReadings(this, "LandingToReadings",
                new LandingToReadings.Props(config, props.glueDatabase(), props.types(), props.hotStore(), props.lake(), props.failures()));

        FailuresToStream redrive = new FailuresToStream(this, "FailuresToStream",
                new FailuresToStream.Props(config, props.stream(), rule.ruleName(), notices.ruleName(), props.lake(), props.failures()));

        StatesToCompleteness completeness = new StatesToCompleteness(this, "StatesToCompleteness",
                new StatesToCompleteness.Props(config, props.states(), props.lake()));

        Map<String, StreamFunction> functions = new TreeMap<>(Map.of("sweep", sweep, "provision", provisioning.function(), "compact", compaction.function(),
                "redrive", redrive.function(), "completeness", completeness.function()));
        functions.putAll(consumers.functions());
        Alarms alarms = new Alarms(this, "Alarms",
                new Alarms.Props(config, props.stream(), rule.ruleName(), notices.ruleName(), functions, consumers.mappings(), props.hotStore()));
        new Overview(this, "Overview", new Overview.Props(config, alarms, consumers.behind(), props.stream()));

        LogRetention.apply(this, config.logRetentionDays(), props.stream().getEncryptionKey());

        CfnOutput.Builder.create(this, "AlarmTopic").value(alarms.topicArn()).build();
        // calls from outside go to their aliases
        CfnOutput.Builder.create(this, "CompactFunction").value(compaction.function().live().getFunctionArn()).build();
        CfnOutput.Builder.create(this, "RedriveFunction").value(redrive.function().live().getFunctionArn()).build();
        CfnOutput.Builder.create(this, "CompletenessFunction").value(completeness.function().live().getFunctionArn()).build();
        CfnOutput.Builder.create(this, "RuleName").value(rule.ruleName()).build();
        CfnOutput.Builder.create(this, "NoticesRuleName").value(notices.ruleName()).build();
        CfnOutput.Builder.create(this, "DevicePolicyName").value(device.policyName()).build();
        CfnOutput.Builder.create(this, "ProvisioningTemplateName").value(provisioning.templateName()).build();
        CfnOutput.Builder.create(this, "ClaimPolicyName").value(provisioning.claimPolicyName()).build();
    }

    /// What reads the stream for ingest and archive.
    ///
    /// @param functions by name; none where there are workers
    /// @param mappings  UUIDs by the function's name
    /// @param behind    how far each is behind
    private record Consumers(Map<String, StreamFunction> functions, Map<String, String> mappings, List<IMetric> behind) {
    }

    private Consumers functions(Props props) {
        Config config = props.config();
        StreamFunction ingest = ingest(props);
        StreamToFunction toIngest = new StreamToFunction(this, "StreamToIngest", new StreamToFunction.Props(props.stream(), config.streamRetentionHours(), ingest,
                config.ingestBatchSize(), config.ingestWindowSeconds(), props.failures()));
        StreamFunction archive = archive(props);
        StreamToFunction toArchive = new StreamToFunction(this, "StreamToArchive", new StreamToFunction.Props(props.stream(), config.streamRetentionHours(), archive,
                config.archiveBatchSize(), config.archiveWindowSeconds(), props.failures()));
        return new Consumers(Map.of("ingest", ingest, "archive", archive), Map.of("ingest", toIngest.mappingId(), "archive", toArchive.mappingId()),
                List.of(Overview.behind(ingest, "ingest"), Overview.behind(archive, "archive")));
    }

    private Consumers workers(Props props) {
        new StreamToWorkers(this, "StreamToWorkers", new StreamToWorkers.Props(props.config(), props.stream(), props.states(), props.hotStore(), props.lake(),
                props.failures(), ingestVariables(props)));
        return new Consumers(Map.of(), Map.of(), StreamToWorkers.CONSUMERS.stream().<IMetric>map(consumer -> Alarms.ours(consumer, "behind", Stats.MAXIMUM)).toList());
    }

    private static Map<String, String> ingestVariables(Props props) {
        Map<String, String> variables = new LinkedHashMap<>(Ordered.strings("STATES_TABLE", props.states().getTableName()));
        variables.putAll(HotStore.Tables.variables(props.hotStore()));
        variables.putAll(Ordered.strings(
                "LAKE_BUCKET", props.lake().getBucketName(),
                "LEDGER_INTERVALS_MAX", Integer.toString(props.config().ledgerIntervalsMax()),
                "LEDGER_EPOCHS_MAX", Integer.toString(props.config().ledgerEpochsMax())));
        return variables;
    }

    private StreamFunction ingest(Props props) {
        StreamFunction ingest = new StreamFunction(this, "Ingest", new StreamFunction.Props(
                "dev.millrace.ingest.IngestHandler", props.config().functionZip("ingest"), StreamFunction.MEMORY_MIB, Duration.seconds(60), ingestVariables(props)));
        ingest.allow(Allow.on(props.states().getTableArn(), "dynamodb:BatchGetItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"));
        ingest.allowKey(props.states().getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");
        props.hotStore().ifPresent(tables -> HotStore.Tables.allowWrites(ingest, List.of(tables.readingsArn(), tables.rollupsArn()), props.failures()));
        ingest.allow(Allow.on(props.lake().arnForObjects(LakeLayout.QUARANTINE_PREFIX + "*"), "s3:PutObject"));
        return ingest;
    }

    private StreamFunction archive(Props props) {
        IBucket lake = props.lake();
        StreamFunction archive = new StreamFunction(this, "Archive", new StreamFunction.Props(
                "dev.millrace.archive.ArchiveHandler", props.config().functionZip("archive"), StreamFunction.MEMORY_MIB, Duration.seconds(120),
                Ordered.strings("LAKE_BUCKET", lake.getBucketName())));
        archive.allow(Allow.on(
                List.of(lake.arnForObjects(LakeLayout.LANDING_PREFIX + "*"), lake.arnForObjects(LakeLayout.QUARANTINE_PREFIX + "*")),
                "s3:PutObject"));
        archive.allowKey(lake.getEncryptionKey(), "kms:GenerateDataKey");
        return archive;
    }

    /// A run ends before the next one begins.
    private StreamFunction sweep(Props props) {
        StreamFunction sweep = new StreamFunction(this, "Sweep", new StreamFunction.Props(
                "dev.millrace.sweep.SweepHandler", props.config().functionZip("sweep"), StreamFunction.MEMORY_MIB,
                Duration.minutes(Math.min(props.config().sweepMinutes(), SWEEP_TIMEOUT_MINUTES_MAX)),
                Ordered.strings("STATES_TABLE", props.states().getTableName(), "STREAM_NAME", props.stream().getStreamName())));
        sweep.allow(Allow.on(props.states().getTableArn(), "dynamodb:Scan"));
        sweep.allow(Allow.on(props.stream().getStreamArn(), "kinesis:PutRecords"));
        sweep.allowKey(props.states().getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");
        return sweep;
    }
}
