package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import dev.millrace.local.timestream.LocalTimestream;
import dev.millrace.local.timestream.PartitionKey;
import dev.millrace.local.timestream.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `AWS::Timestream::Database` and `AWS::Timestream::Table` in the Timestream stand-in.
final class TimestreamResources {
    private final LocalTimestream timestream;

    TimestreamResources(LocalTimestream timestream) {
        this.timestream = timestream;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Timestream::Database", this::database, "AWS::Timestream::Table", this::table);
    }

    private Provisioned database(ResourceRequest request) {
        request.allow(Set.of("DatabaseName"), Set.of("KmsKeyId", "Tags"));
        String name = request.name("DatabaseName", PhysicalName.ORDINARY);
        timestream.createDatabase(name);
        return Provisioned.simulated(name, Map.of("Arn", request.arn("timestream", "database/" + name)));
    }

    private Provisioned table(ResourceRequest request) {
        request.allow(Set.of("DatabaseName", "TableName", "RetentionProperties", "MagneticStoreWriteProperties", "Schema"), Set.of("Tags"));
        ResourceRequest retention = request.part("RetentionProperties");
        ResourceRequest magnetic = request.part("MagneticStoreWriteProperties");
        TableSettings plain = TableSettings.DEFAULT;
        String database = request.requiredText("DatabaseName");
        String name = request.name("TableName", PhysicalName.ORDINARY);
        timestream.createTable(database, name, new TableSettings(
                retention.integer("MemoryStoreRetentionPeriodInHours", plain.memoryRetentionHours()),
                retention.integer("MagneticStoreRetentionPeriodInDays", plain.magneticRetentionDays()),
                magnetic.flag("EnableMagneticStoreWrites"), partitionKey(request)));
        List<String> gaps = magnetic.present(List.of("MagneticStoreRejectedDataLocation"));
        // docs/verify-on-aws.md: Ref of a table is taken from its primary identifier in the CloudFormation registry
        return Provisioned.simulatedWithout(gaps, database + "|" + name,
                Map.of("Arn", request.arn("timestream", "database/%s/table/%s".formatted(database, name)), "Name", name));
    }

    private static PartitionKey partitionKey(ResourceRequest table) {
        JsonNode keys = table.properties().path("Schema").path("CompositePartitionKey");
        if (keys.size() > 1) {
            throw table.wrong("Schema.CompositePartitionKey", "one key", keys);
        }
        JsonNode key = keys.path(0);
        if (!key.path("Type").asText("MEASURE").equals("DIMENSION")) {
            return new PartitionKey.ByMeasure();
        }
        return new PartitionKey.ByDimension(key.path("Name").asText(), key.path("EnforcementInRecord").asText("OPTIONAL").equals("REQUIRED"));
    }
}
