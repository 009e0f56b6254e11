package dev.millrace.lake;

import dev.millrace.events.LakeLayout;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;

/// A table's columns as Parquet's schema: its tree, flattened depth first. Each annotation stands there twice, in today's form and in
/// the one before it (Parquet format, LogicalTypes.md).
final class ParquetSchema {
    private ParquetSchema() {
    }

    static List<SchemaElement> of(List<LakeLayout.Column> columns) {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement("reading").setNum_children(columns.size()));
        for (LakeLayout.Column column : columns) {
            FieldRepetitionType repetition = column.nullable() ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED;
            switch (column.kind()) {
                case TEXT -> elements.add(text(column.name(), repetition));
                case LONG -> elements.add(leaf(column.name(), repetition, Type.INT64));
                case TIMESTAMP -> elements.add(leaf(column.name(), repetition, Type.INT64).setConverted_type(ConvertedType.TIMESTAMP_MICROS)
                        .setLogicalType(LogicalType.TIMESTAMP(new TimestampType(true, TimeUnit.MICROS(new MicroSeconds())))));
                case DOUBLE -> elements.add(leaf(column.name(), repetition, Type.DOUBLE));
                case MEASURES -> {
                    elements.add(new SchemaElement(column.name()).setRepetition_type(repetition).setNum_children(1)
                            .setConverted_type(ConvertedType.MAP).setLogicalType(LogicalType.MAP(new MapType())));
                    elements.add(new SchemaElement("key_value").setRepetition_type(FieldRepetitionType.REPEATED).setNum_children(2));
                    elements.add(text("key", FieldRepetitionType.REQUIRED));
                    elements.add(leaf("value", FieldRepetitionType.OPTIONAL, Type.DOUBLE));
                }
                case LONGS, RANGES -> throw new IllegalArgumentException("no Parquet column of this kind: " + column);
            }
        }
        return elements;
    }

    private static SchemaElement leaf(String name, FieldRepetitionType repetition, Type type) {
        return new SchemaElement(name).setRepetition_type(repetition).setType(type);
    }

    private static SchemaElement text(String name, FieldRepetitionType repetition) {
        return leaf(name, repetition, Type.BYTE_ARRAY).setConverted_type(ConvertedType.UTF8).setLogicalType(LogicalType.STRING(new StringType()));
    }
}
