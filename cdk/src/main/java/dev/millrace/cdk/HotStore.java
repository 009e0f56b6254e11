package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.timestream.CfnDatabase;
import software.amazon.awscdk.services.timestream.CfnTable;
import software.constructs.Construct;

/// The Timestream database with one table for readings and one for rollups. Both are partitioned by thing, the
/// dimension that every query names; the key of a table can never be changed ("Customer-defined partition keys",
/// limitations). Late readings go to the magnetic store; what that refuses after the call is reported to S3.
final class HotStore extends Construct {
    private final Tables tables;

    /// @param failures takes the reports under [LakeLayout#TIMESTREAM_REJECTED_PREFIX]
    record Props(String databaseName, int memoryHours, int magneticDays, IBucket failures) {
    }

    /// What a writer must know.
    record Tables(String database, String readings, String readingsArn, String rollups, String rollupsArn) {
    }

    HotStore(Construct scope, String id, Props props) {
        super(scope, id);
        CfnDatabase database = CfnDatabase.Builder.create(this, "Database").databaseName(props.databaseName()).build();
        database.applyRemovalPolicy(RemovalPolicy.RETAIN);
        CfnTable readings = table("Readings", "readings", database, props);
        CfnTable rollups = table("Rollups", "rollups", database, props);
        tables = new Tables(database.getRef(), readings.getAttrName(), readings.getAttrArn(), rollups.getAttrName(), rollups.getAttrArn());
    }

    private CfnTable table(String id, String name, CfnDatabase database, Props props) {
        // both maps are untyped JSON in the library and reach the template as they are: CloudFormation's own spelling
        CfnTable table = CfnTable.Builder.create(this, id)
                .databaseName(database.getRef())
                .tableName(name)
                .retentionProperties(Ordered.map(
                        "MemoryStoreRetentionPeriodInHours", Integer.toString(props.memoryHours()),
                        "MagneticStoreRetentionPeriodInDays", Integer.toString(props.magneticDays())))
                .magneticStoreWriteProperties(Ordered.map(
                        "EnableMagneticStoreWrites", true,
                        "MagneticStoreRejectedDataLocation", Ordered.map("S3Configuration", Ordered.map(
                                "BucketName", props.failures().getBucketName(),
                                // ends with '/': if Timestream adds one of its own, the writer's permission still covers
                                // the key (docs/verify-on-aws.md)
                                "ObjectKeyPrefix", LakeLayout.TIMESTREAM_REJECTED_PREFIX,
                                "EncryptionOption", "SSE_S3"))))
                .schema(CfnTable.SchemaProperty.builder()
                        .compositePartitionKey(List.of(CfnTable.PartitionKeyProperty.builder()
                                .type("DIMENSION")
                                .name("thing")
                                .enforcementInRecord("REQUIRED")
                                .build()))
                        .build())
                .build();
        table.applyRemovalPolicy(RemovalPolicy.RETAIN);
        return table;
    }

    Tables tables() {
        return tables;
    }
}
