package dev.millrace.local.timestream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.timestream.QueryResult.ResultColumn;
import java.time.Instant;
import java.util.List;

/// The JSON of the answers, as the API models of timestream-write and timestream-query describe it.
final class Answers {
    private static final int ENDPOINT_CACHE_MINUTES = 1_440;

    private final String arnPrefix;

    Answers(String region, String account) {
        arnPrefix = "arn:aws:timestream:%s:%s:database/".formatted(region, account);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode endpoints(String address) {
        ObjectNode answer = object();
        answer.putArray("Endpoints").addObject().put("Address", address).put("CachePeriodInMinutes", ENDPOINT_CACHE_MINUTES);
        return answer;
    }

    static ObjectNode error(ApiException.Kind kind, String message) {
        return object().put("__type", "com.amazonaws.timestream.v20181101#" + kind.type()).put("Message", message);
    }

    static ObjectNode ingested(WriteOutcome outcome) {
        ObjectNode answer = object();
        answer.putObject("RecordsIngested").put("Total", outcome.memoryStore() + outcome.magneticStore())
                .put("MemoryStore", outcome.memoryStore()).put("MagneticStore", outcome.magneticStore());
        return answer;
    }

    static ObjectNode rejected(List<Rejection> rejections) {
        ObjectNode answer = error(ApiException.Kind.REJECTED_RECORDS, "One or more records have been rejected. See RejectedRecords for details.");
        ArrayNode records = answer.putArray("RejectedRecords");
        for (Rejection rejection : rejections) {
            ObjectNode one = records.addObject().put("RecordIndex", rejection.index()).put("Reason", rejection.reason());
            rejection.existingVersion().ifPresent(version -> one.put("ExistingVersion", version));
        }
        return answer;
    }

    ObjectNode database(Catalog.Database database, int tables) {
        return object().put("Arn", arnPrefix + database.name()).put("DatabaseName", database.name()).put("TableCount", tables)
                .put("CreationTime", epochSeconds(database.createdAt())).put("LastUpdatedTime", epochSeconds(database.createdAt()));
    }

    ObjectNode table(Table table) {
        TableSettings settings = table.settings();
        ObjectNode answer = object().put("Arn", arnPrefix + table.database() + "/table/" + table.name()).put("TableName", table.name())
                .put("DatabaseName", table.database()).put("TableStatus", "ACTIVE")
                .put("CreationTime", epochSeconds(table.createdAt())).put("LastUpdatedTime", epochSeconds(table.createdAt()));
        answer.putObject("RetentionProperties").put("MemoryStoreRetentionPeriodInHours", settings.memoryRetentionHours())
                .put("MagneticStoreRetentionPeriodInDays", settings.magneticRetentionDays());
        answer.putObject("MagneticStoreWriteProperties").put("EnableMagneticStoreWrites", settings.magneticWrites());
        ObjectNode key = answer.putObject("Schema").putArray("CompositePartitionKey").addObject();
        switch (settings.partitionKey()) {
            case PartitionKey.ByMeasure() -> key.put("Type", "MEASURE");
            case PartitionKey.ByDimension(String name, boolean required) ->
                key.put("Type", "DIMENSION").put("Name", name).put("EnforcementInRecord", required ? "REQUIRED" : "OPTIONAL");
        }
        return answer;
    }

    static ObjectNode page(QueryPages.Page page) {
        ObjectNode answer = object().put("QueryId", page.queryId());
        ArrayNode columns = answer.putArray("ColumnInfo");
        for (ResultColumn column : page.columns()) {
            columns.addObject().put("Name", column.name()).putObject("Type").put("ScalarType", column.scalarType());
        }
        ArrayNode rows = answer.putArray("Rows");
        for (List<String> row : page.rows()) {
            ArrayNode data = rows.addObject().putArray("Data");
            for (String value : row) {
                if (value == null) {
                    data.addObject().put("NullValue", true);
                } else {
                    data.addObject().put("ScalarValue", value);
                }
            }
        }
        // bytes scanned and metered are left out: what DuckDB reads says nothing about what AWS would bill
        answer.putObject("QueryStatus").put("ProgressPercentage", 100.0);
        page.nextToken().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private static double epochSeconds(Instant instant) {
        return instant.toEpochMilli() / 1_000.0;
    }
}
