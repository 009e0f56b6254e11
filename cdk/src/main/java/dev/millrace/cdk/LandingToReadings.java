package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The function that takes what has landed into the tables of readings: on a schedule; and at each deployment it makes
/// the tables that are not there yet and gives the others new columns. CloudFormation itself must not define these
/// tables: it would put a template's columns over a table that names its own metadata, and with it all its data.
final class LandingToReadings extends Construct {
    /// Lambda's longest: a run ends by itself before.
    private static final int TIMEOUT_MINUTES = 15;
    private static final int MEMORY_MIB = 2_048;
    /// Of the memory, for the rows of a commit. The rest is for the JVM, a row group that is being written and the ledgers.
    private static final int BUFFER_MEGABYTES = 640;

    private final StreamFunction function;

    /// @param failures takes Timestream's reports on late records
    record Props(Config config, String glueDatabase, Collection<DeviceType> types, Optional<HotStore.Tables> hotStore, IBucket lake, IBucket failures) {
    }

    LandingToReadings(Construct scope, String id, Props props) {
        super(scope, id);
        Map<String, String> variables = new LinkedHashMap<>(Ordered.strings(
                "LAKE_BUCKET", props.lake().getBucketName(),
                "GLUE_DATABASE", props.glueDatabase(),
                "STREAM_RETENTION_HOURS", Integer.toString(props.config().streamRetentionHours()),
                "BUFFER_MEGABYTES", Integer.toString(BUFFER_MEGABYTES)));
        variables.putAll(HotStore.Tables.variables(props.hotStore()));
        function = new StreamFunction(this, "Compact", new StreamFunction.Props("dev.millrace.compact.CompactHandler", props.config().functionZip("compact"),
                MEMORY_MIB, Duration.minutes(TIMEOUT_MINUTES), variables));
        allowLanding(props.lake());
        allowTables(props);
        // panes that late readings belong to are written anew
        props.hotStore().ifPresent(tables -> HotStore.Tables.allowWrites(function, List.of(tables.rollupsArn()), props.failures()));
        function.allowKey(props.lake().getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");

        Rule.Builder.create(this, "Schedule")
                .schedule(Schedule.rate(Duration.minutes(props.config().compactionMinutes())))
                .targets(List.of(new LambdaFunction(function.live())))
                .build();
        CustomResource tables = CustomResource.Builder.create(this, "Tables")
                .resourceType("Custom::LakeTables")
                .serviceToken(function.live().getFunctionArn())
                // a change of the columns calls the function again
                .properties(Map.of("columns", columns(props.types())))
                .build();
        // not before the function has its rights
        tables.getNode().addDependency(function);
    }

    private void allowLanding(IBucket lake) {
        // without a condition on the prefix: Iceberg asks whether a file is there before it writes it, and S3 answers "no" to none but
        // those who may list; a question for one object has no prefix
        function.allow(Allow.on(lake.getBucketArn(), "s3:ListBucket"));
        function.allow(Allow.on(lake.arnForObjects(LakeLayout.LANDING_PREFIX + "*"), "s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectTagging"));
        function.allow(Allow.on(
                List.of(lake.arnForObjects(LakeLayout.READINGS_PREFIX + "*"), lake.arnForObjects(LakeLayout.READINGS_STATE_PREFIX + "*")),
                "s3:GetObject", "s3:PutObject", "s3:DeleteObject"));
    }

    private void allowTables(Props props) {
        String name = props.config().glueDatabase();
        function.allow(Allow.on(
                List.of(glueArn("catalog", null), glueArn("database", name), glueArn("table", name + "/*" + LakeLayout.READINGS_SUFFIX)),
                "glue:GetTable", "glue:CreateTable", "glue:UpdateTable"));
    }

    private String glueArn(String resource, String name) {
        ArnComponents.Builder arn = ArnComponents.builder().service("glue").resource(resource);
        return Stack.of(this).formatArn(name == null
                ? arn.arnFormat(ArnFormat.NO_RESOURCE_NAME).build()
                : arn.arnFormat(ArnFormat.SLASH_RESOURCE_NAME).resourceName(name).build());
    }

    private static String columns(Collection<DeviceType> types) {
        return types.stream()
                .map(type -> type.name() + ": " + LakeLayout.landingColumns(type).stream().map(LakeLayout.Column::name).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
    }

    StreamFunction function() {
        return function;
    }
}
