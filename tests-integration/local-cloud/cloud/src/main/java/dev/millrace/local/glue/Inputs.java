package dev.millrace.local.glue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/// What a client or a template says of a database or table, checked: of it everything is kept as it came.
///
/// Source of members and limits: AWS Glue web API reference, "DatabaseInput", "TableInput", "StorageDescriptor", "Column".
final class Inputs {
    /// `TargetTable` would make a link to a table elsewhere, `ViewDefinition` a view in several dialects.
    private static final Set<String> TABLE = Set.of("Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention", "StorageDescriptor",
            "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters");
    /// `CreateTableDefaultPermissions` is Lake Formation's, which nobody plays here.
    private static final Set<String> DATABASE = Set.of("Name", "Description", "LocationUri", "Parameters", "CreateTableDefaultPermissions");
    private static final Set<String> STORAGE = Set.of("Columns", "Location", "AdditionalLocations", "InputFormat", "OutputFormat", "Compressed", "NumberOfBuckets",
            "SerdeInfo", "BucketColumns", "SortColumns", "Parameters", "SkewedInfo", "SchemaReference", "StoredAsSubDirectories");
    private static final Set<String> COLUMN = Set.of("Name", "Type", "Comment", "Parameters");
    private static final int DESCRIPTION_BYTES_MAX = 2_048;
    private static final int VIEW_BYTES_MAX = 409_600;
    private static final int PARAMETER_KEY_BYTES_MAX = 255;
    private static final int PARAMETER_VALUE_BYTES_MAX = 512_000;
    private static final int COMMENT_BYTES_MAX = 255;
    private static final int TYPE_BYTES_MAX = 131_072;

    private Inputs() {
    }

    /// @return a copy with the name in lower case
    static ObjectNode database(ObjectNode input) {
        Request database = new Request("DatabaseInput.", input).allow(DATABASE);
        limit(database, "Description", DESCRIPTION_BYTES_MAX);
        database.text("LocationUri");
        parameters(database);
        return named(database, input);
    }

    /// @return a copy with the name in lower case
    static ObjectNode table(ObjectNode input) {
        Request table = new Request("TableInput.", input).allow(TABLE);
        table.text("Owner");
        table.text("TableType");
        limit(table, "Description", DESCRIPTION_BYTES_MAX);
        limit(table, "ViewOriginalText", VIEW_BYTES_MAX);
        limit(table, "ViewExpandedText", VIEW_BYTES_MAX);
        parameters(table);
        columns(table, "PartitionKeys");
        if (has(input, "StorageDescriptor")) {
            Request storage = new Request("TableInput.StorageDescriptor.", table.object("StorageDescriptor")).allow(STORAGE);
            storage.text("Location");
            parameters(storage);
            columns(storage, "Columns");
        }
        return named(table, input);
    }

    private static ObjectNode named(Request request, ObjectNode input) {
        return input.deepCopy().put("Name", request.name("Name"));
    }

    private static void columns(Request owner, String member) {
        if (!has(owner.node(), member)) {
            return;
        }
        JsonNode columns = owner.node().path(member);
        if (!columns.isArray()) {
            throw GlueError.invalid("%s%s expected as a list of columns, came %s".formatted(owner.path(), member, columns.getNodeType()));
        }
        for (int i = 0; i < columns.size(); i++) {
            String path = "%s%s[%d].".formatted(owner.path(), member, i);
            Request column = new Request(path, columns.get(i)).allow(COLUMN);
            column.name("Name");
            limit(column, "Type", TYPE_BYTES_MAX);
            limit(column, "Comment", COMMENT_BYTES_MAX);
            parameters(column);
        }
    }

    private static void parameters(Request owner) {
        if (!has(owner.node(), "Parameters")) {
            return;
        }
        for (Map.Entry<String, JsonNode> parameter : owner.object("Parameters").properties()) {
            String path = owner.path() + "Parameters";
            requireBytes(path + " has a key that", parameter.getKey(), PARAMETER_KEY_BYTES_MAX);
            if (!parameter.getValue().isTextual()) {
                throw GlueError.invalid("%s.%s expected as a string, came %s".formatted(path, parameter.getKey(), parameter.getValue()));
            }
            requireBytes(path + "." + parameter.getKey(), parameter.getValue().textValue(), PARAMETER_VALUE_BYTES_MAX);
        }
    }

    private static void limit(Request owner, String member, int bytesMax) {
        owner.text(member).ifPresent(value -> requireBytes(owner.path() + member, value, bytesMax));
    }

    private static void requireBytes(String what, String value, int bytesMax) {
        int bytes = value.getBytes(UTF_8).length;
        if (bytes > bytesMax) {
            throw GlueError.invalid("%s is longer than %d bytes: %d".formatted(what, bytesMax, bytes));
        }
    }

    private static boolean has(JsonNode node, String member) {
        return node.hasNonNull(member);
    }
}
