package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kinesis.StreamEncryption;
import software.amazon.awscdk.services.kinesis.StreamMode;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// What holds data. It is protected from deletion, and every part of it stays if the stack is deleted nevertheless, unless the
/// settings say otherwise.
/// It knows nothing of rules and functions.
///
/// The flow refers to it by exports (`cdk.json` sets strong references against the CDK's recommended weak ones):
/// CloudFormation then refuses to delete or replace what the flow still writes to.
final class StateStack extends Stack {
    private static final Duration RESULTS_KEPT = Duration.days(30);
    private static final Duration REPLAYS_KEPT = Duration.days(30);

    private final IStream stream;
    private final ITable states;
    private final ITable serials;
    private final IBucket lake;
    private final IBucket failures;
    private final Optional<HotStore.Tables> hotStore;
    private final String glueDatabase;

    /// @param types that get tables and views
    record Props(Config config, Collection<DeviceType> types) {
    }

    StateStack(Construct scope, String id, Props props) {
        super(scope, id, StackProps.builder().description("Millrace: what holds data").terminationProtection(props.config().isProtected()).build());
        Config config = props.config();

        Optional<IKey> key = CustomerKey.of(this, config);
        stream = telemetryStream(config, key);
        states = statesTable(config, key);
        serials = serialsTable(config, key);
        // what has landed is there twice once it is in its table
        lake = PrivateBucket.versioned(this, "Lake", key,
                PrivateBucket.expiringTagged(LakeLayout.LANDING_PREFIX, LakeLayout.COMPACTED_TAG, Duration.days(config.landingDays())),
                PrivateBucket.expiringUnder("expire-replays", LakeLayout.REPLAY_PREFIX, REPLAYS_KEPT)).bucket();
        failures = PrivateBucket.versioned(this, "Failures", key).bucket();
        IBucket results = PrivateBucket.expiring(this, "AthenaResults", key, RESULTS_KEPT).bucket();
        hotStore = config.hasHotStore() ? Optional.of(new HotStore(this, "HotStore", new HotStore.Props(config, failures, key)).tables()) : Optional.empty();
        LakeCatalog catalog = new LakeCatalog(this, "LakeCatalog", new LakeCatalog.Props(config, lake, failures, props.types()));
        AnalystsWorkgroup workgroup = new AnalystsWorkgroup(this, "Analysts", new AnalystsWorkgroup.Props(config.workgroup(), results, key, config.queryScanMegabytesMax()));
        new LakeViews(this, "LakeViews", new LakeViews.Props(catalog.databaseName(), config.glueDatabase(), props.types()));
        new NamedQueries(this, "NamedQueries", new NamedQueries.Props(catalog.databaseName(), workgroup.name(), tables(catalog, props.types()),
                queries(props.types())));

        Validations.of(this).acknowledge(Acknowledgment.builder()
                .id("CloudFormation-Validate::W3697")
                .reason("Timestream for LiveAnalytics takes no new accounts since 2025-06-20: it is chosen knowingly, behind a port")
                .build());

        output("StreamName", stream.getStreamName());
        output("StatesTable", states.getTableName());
        output("SerialsTable", serials.getTableName());
        output("LakeBucket", lake.getBucketName());
        output("FailuresBucket", failures.getBucketName());
        output("AthenaResultsBucket", results.getBucketName());
        hotStore.ifPresent(tables -> {
            output("TimestreamDatabase", tables.database());
            output("ReadingsTable", tables.readings());
            output("RollupsTable", tables.rollups());
        });
        glueDatabase = catalog.databaseName();
        output("GlueDatabase", glueDatabase);
        output("AthenaWorkgroup", workgroup.name());
    }

    /// Encrypted with the key that AWS keeps for Kinesis in the account, if no other is set: no monthly fee, no price a call
    /// and no key policy to get wrong. The price: Kinesis' own delivery to S3 cannot read such a stream ("Data delivery",
    /// limits). Millrace does not use it; the encryption can be changed later without touching the records.
    private IStream telemetryStream(Config config, Optional<IKey> key) {
        Stream.Builder builder = Stream.Builder.create(this, "Telemetry")
                .retentionPeriod(Duration.hours(config.streamRetentionHours()))
                .encryption(StreamEncryption.MANAGED)
                .removalPolicy(config.removalPolicy());
        if (config.isOnDemand()) {
            builder.streamMode(StreamMode.ON_DEMAND);
        } else {
            builder.streamMode(StreamMode.PROVISIONED).shardCount(config.shards());
        }
        key.ifPresent(own -> builder.encryption(StreamEncryption.KMS).encryptionKey(own));
        return builder.build();
    }

    /// One item a thing: its ledger, open panes and latest values. Losing it would count readings twice, hence the
    /// recovery and the protection. A plain table, not a global one: exactly-once needs one place that decides.
    private ITable statesTable(Config config, Optional<IKey> key) {
        return protectedTable("States", "thing", config, key);
    }

    /// One item a serial number that may be provisioned, and by which key and certificates it was. Losing it would lock
    /// out new devices, or let used serial numbers be used again.
    private ITable serialsTable(Config config, Optional<IKey> key) {
        return protectedTable("Serials", "serial", config, key);
    }

    private ITable protectedTable(String id, String attribute, Config config, Optional<IKey> key) {
        Table.Builder builder = Table.Builder.create(this, id)
                .partitionKey(Attribute.builder().name(attribute).type(AttributeType.STRING).build())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
                .deletionProtection(config.isProtected())
                .removalPolicy(config.removalPolicy());
        key.ifPresent(own -> builder.encryption(TableEncryption.CUSTOMER_MANAGED).encryptionKey(own));
        return builder.build();
    }

    /// Those that read no table of a device type that gets none here.
    private static List<QueryFile> queries(Collection<DeviceType> types) {
        Set<String> absent = new TreeSet<>();
        DeviceTypes.shipped().all().stream().filter(type -> !types.contains(type))
                .forEach(type -> absent.addAll(List.of(type.name(), LakeLayout.readingsTable(type), LakeCatalog.landingTable(type))));
        return QueryFiles.shipped().stream().filter(query -> Collections.disjoint(query.tables(), absent)).toList();
    }

    /// What a query may read: the catalog's tables, the Iceberg tables, and the views over them.
    private static Set<String> tables(LakeCatalog catalog, Collection<DeviceType> types) {
        Set<String> tables = new TreeSet<>(catalog.tables());
        for (DeviceType type : types) {
            tables.add(type.name());
            tables.add(LakeLayout.readingsTable(type));
        }
        return tables;
    }

    private void output(String id, String value) {
        CfnOutput.Builder.create(this, id).value(value).build();
    }

    IStream stream() {
        return stream;
    }

    ITable states() {
        return states;
    }

    ITable serials() {
        return serials;
    }

    /// Empty if there is none.
    Optional<HotStore.Tables> hotStore() {
        return hotStore;
    }

    /// Of the lake's tables.
    String glueDatabase() {
        return glueDatabase;
    }

    IBucket lake() {
        return lake;
    }

    IBucket failures() {
        return failures;
    }
}
