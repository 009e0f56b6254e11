package dev.millrace.cdk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.glue.CfnTable;
import software.constructs.Construct;

/// A view `<type>` for each device type over its table `<type>_readings`: what was measured, when and by which thing, without
/// the columns that only matter to who checks the pipeline. The tables themselves are not of this stack: they are
/// Iceberg, and made and evolved by who writes them. A view over a table that is not there yet fails when it is asked.
///
/// Stored as Athena's CREATE VIEW stores it, because CloudFormation has no resource for views: a Glue table whose text is a
/// comment that holds the definition as JSON in base64. Athena believes the column types in there and checks them against
/// the query, so they are exactly those of the Iceberg table. The tables have no description: Trino takes it for the parameter
/// `comment`, by which a view is known as one.
final class LakeViews extends Construct {
    private static final Set<String> HIDDEN = Set.of("epoch", "seq", "arrived_at");

    /// @param database     for the tables' resources
    /// @param databaseName its text, because it stands inside of the encoded definition
    record Props(String database, String databaseName, Collection<DeviceType> types) {
    }

    LakeViews(Construct scope, String id, Props props) {
        super(scope, id);
        for (DeviceType type : props.types()) {
            List<LakeLayout.Column> columns = LakeLayout.landingColumns(type).stream().filter(column -> !HIDDEN.contains(column.name())).toList();
            CfnTable.Builder.create(this, type.name())
                    .catalogId(Stack.of(this).getAccount())
                    .databaseName(props.database())
                    .tableInput(CfnTable.TableInputProperty.builder()
                            .name(type.name())
                            .tableType("VIRTUAL_VIEW")
                            .parameters(Ordered.map("presto_view", "true", "comment", "Presto View"))
                            .storageDescriptor(CfnTable.StorageDescriptorProperty.builder()
                                    .columns(columns.stream().map(LakeViews::glueColumn).toList())
                                    .serdeInfo(CfnTable.SerdeInfoProperty.builder().build())
                                    .build())
                            .viewOriginalText("/* Presto View: %s */".formatted(base64(definition(props.databaseName(), type, columns))))
                            .viewExpandedText("/* Presto View */")
                            .build())
                    .build();
        }
    }

    private static String definition(String databaseName, DeviceType type, List<LakeLayout.Column> columns) {
        String names = columns.stream().map(LakeLayout.Column::name).collect(Collectors.joining(", "));
        ObjectNode definition = JsonNodeFactory.instance.objectNode()
                .put("originalSql", "SELECT %s FROM %s.%s".formatted(names, databaseName, LakeLayout.readingsTable(type)))
                .put("catalog", "awsdatacatalog")
                .put("schema", databaseName)
                // nobody lends the analyst rights: who may not read the table cannot read the view
                .put("runAsInvoker", true);
        for (LakeLayout.Column column : columns) {
            definition.withArray("columns").addObject().put("name", column.name()).put("type", prestoType(column.kind()));
        }
        return definition.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String prestoType(LakeLayout.Kind kind) {
        return switch (kind) {
            case TEXT -> "varchar";
            case LONG -> "bigint";
            // Iceberg's timestamptz
            case TIMESTAMP -> "timestamp(6) with time zone";
            case DOUBLE -> "double";
            case LONGS -> "array(bigint)";
            case RANGES -> "array(array(bigint))";
            case MEASURES -> "map(varchar, double)";
        };
    }

    private static CfnTable.ColumnProperty glueColumn(LakeLayout.Column column) {
        return CfnTable.ColumnProperty.builder().name(column.name()).type(LakeCatalog.glueType(column.kind())).build();
    }
}
