package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
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
    /// @param key      encrypts the database; else the one that AWS keeps for Timestream in the account
    record Props(Config config, IBucket failures, Optional<IKey> key) {
    }

    /// What a writer must know.
    record Tables(String database, String readings, String readingsArn, String rollups, String rollupsArn) {
        /// What a function reads of it.
        ///
        /// @param hotStore empty if there is none
        static Map<String, String> variables(Optional<Tables> hotStore) {
            return hotStore.map(tables -> Ordered.strings("TIMESTREAM_DATABASE", tables.database, "READINGS_TABLE", tables.readings, "ROLLUPS_TABLE", tables.rollups))
                    .orElseGet(() -> Ordered.strings("HOT_STORE", "none"));
        }

        /// Lets a function write some of the tables.
        ///
        /// @param failures gets Timestream's reports on late records, with the rights of who called WriteRecords
        static void allowWrites(StreamFunction function, List<String> tableArns, IBucket failures) {
            writes(tableArns, failures).forEach(function::allow);
        }

        /// What [#allowWrites] allows.
        static List<PolicyStatement> writes(List<String> tableArns, IBucket failures) {
            return List.of(Allow.on(tableArns, "timestream:WriteRecords"),
                    // takes no resource; every client of Timestream calls it before the first write
                    Allow.on("*", "timestream:DescribeEndpoints"),
                    Allow.on(failures.arnForObjects(LakeLayout.TIMESTREAM_REJECTED_PREFIX + "*"), "s3:PutObject"));
        }
    }

    HotStore(Construct scope, String id, Props props) {
        super(scope, id);
        CfnDatabase database = CfnDatabase.Builder.create(this, "Database").databaseName(props.config().timestreamDatabase()).build();
        props.key().ifPresent(key -> database.setKmsKeyId(key.getKeyArn()));
        database.applyRemovalPolicy(props.config().removalPolicy());
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
                        "MemoryStoreRetentionPeriodInHours", Integer.toString(props.config().timestreamMemoryHours()),
                        "MagneticStoreRetentionPeriodInDays", Integer.toString(props.config().timestreamMagneticDays())))
                .magneticStoreWriteProperties(Ordered.map(
                        "EnableMagneticStoreWrites", true,
                        "MagneticStoreRejectedDataLocation", Ordered.map("S3Configuration", reports(props))))
                .schema(CfnTable.SchemaProperty.builder()
                        .compositePartitionKey(List.of(CfnTable.PartitionKeyProperty.builder()
                                .type("DIMENSION")
                                .name("thing")
                                .enforcementInRecord("REQUIRED")
                                .build()))
                        .build())
                .build();
        table.applyRemovalPolicy(props.config().removalPolicy());
        return table;
    }

    private static Map<String, Object> reports(Props props) {
        // the prefix ends with '/': if Timestream adds one of its own, the writer's permission still covers the key
        // (docs/verify-on-aws.md)
        String bucket = props.failures().getBucketName();
        String prefix = LakeLayout.TIMESTREAM_REJECTED_PREFIX;
        return props.key().map(key -> Ordered.map("BucketName", bucket, "ObjectKeyPrefix", prefix, "EncryptionOption", "SSE_KMS", "KmsKeyId", key.getKeyArn()))
                .orElseGet(() -> Ordered.map("BucketName", bucket, "ObjectKeyPrefix", prefix, "EncryptionOption", "SSE_S3"));
    }

    Tables tables() {
        return tables;
    }
}
