package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kinesis.StreamEncryption;
import software.amazon.awscdk.services.kinesis.StreamMode;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// What holds data. It is protected from deletion, and every part of it stays if the stack is deleted nevertheless.
/// It knows nothing of rules and functions.
///
/// The flow refers to it by exports (`cdk.json` sets strong references against the CDK's recommended weak ones):
/// CloudFormation then refuses to delete or replace what the flow still writes to.
final class StateStack extends Stack {
    private static final Duration RESULTS_KEPT = Duration.days(30);

    private final IStream stream;
    private final ITable states;
    private final ITable serials;
    private final IBucket lake;
    private final IBucket failures;
    private final HotStore.Tables hotStore;
    private final String glueDatabase;

    record Props(Config config, Collection<DeviceType> types) {
    }

    StateStack(Construct scope, String id, Props props) {
        super(scope, id, StackProps.builder().description("Millrace: what holds data").terminationProtection(true).build());
        Config config = props.config();

        stream = telemetryStream(config);
        states = statesTable();
        serials = serialsTable();
        // what has landed is there twice once it is in its table
        lake = PrivateBucket.versioned(this, "Lake", LakeLayout.LANDING_PREFIX, LakeLayout.COMPACTED_TAG, Duration.days(config.landingDays())).bucket();
        failures = PrivateBucket.versioned(this, "Failures").bucket();
        IBucket results = PrivateBucket.expiring(this, "AthenaResults", RESULTS_KEPT).bucket();
        hotStore = new HotStore(this, "HotStore",
                new HotStore.Props(config.timestreamDatabase(), config.timestreamMemoryHours(), config.timestreamMagneticDays(), failures)).tables();
        LakeCatalog catalog = new LakeCatalog(this, "LakeCatalog", new LakeCatalog.Props(config.glueDatabase(), lake, failures, props.types()));
        AnalystsWorkgroup workgroup = new AnalystsWorkgroup(this, "Analysts", new AnalystsWorkgroup.Props(config.workgroup(), results, config.queryScanMegabytesMax()));
        new LakeViews(this, "LakeViews", new LakeViews.Props(catalog.databaseName(), config.glueDatabase(), props.types()));
        new NamedQueries(this, "NamedQueries", new NamedQueries.Props(catalog.databaseName(), workgroup.name(), tables(catalog, props.types()),
                QueryFiles.shipped()));

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
        output("TimestreamDatabase", hotStore.database());
        output("ReadingsTable", hotStore.readings());
        output("RollupsTable", hotStore.rollups());
        glueDatabase = catalog.databaseName();
        output("GlueDatabase", glueDatabase);
        output("AthenaWorkgroup", workgroup.name());
    }

    /// Encrypted with the key that AWS keeps for Kinesis in the account: no monthly fee, no price a call and no key
    /// policy to get wrong. The price: Kinesis' own delivery to S3 cannot read such a stream ("Data delivery",
    /// limits). Millrace does not use it; the encryption can be changed later without touching the records.
    private IStream telemetryStream(Config config) {
        return Stream.Builder.create(this, "Telemetry")
                .streamMode(StreamMode.PROVISIONED)
                .shardCount(config.shards())
                .retentionPeriod(Duration.hours(config.streamRetentionHours()))
                .encryption(StreamEncryption.MANAGED)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    /// One item a thing: its ledger, open panes and latest values. Losing it would count readings twice, hence the
    /// recovery and the protection. A plain table, not a global one: exactly-once needs one place that decides.
    private ITable statesTable() {
        return protectedTable("States", "thing");
    }

    /// One item a serial number that may be provisioned, and by which key and certificates it was. Losing it would lock
    /// out new devices, or let used serial numbers be used again.
    private ITable serialsTable() {
        return protectedTable("Serials", "serial");
    }

    private ITable protectedTable(String id, String key) {
        return Table.Builder.create(this, id)
                .partitionKey(Attribute.builder().name(key).type(AttributeType.STRING).build())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
                .deletionProtection(true)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
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

    HotStore.Tables hotStore() {
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
