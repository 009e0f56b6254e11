package dev.millrace.lake;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Lake.Landed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// The reference for [ReadingsParquet]: the same file by Parquet's own library, row by row. It runs without any Hadoop class:
/// those named here stand only in signatures that the library demands.
final class RowByRowParquet {
    private static final long MICROS_PER_MILLI = 1_000;

    private RowByRowParquet() {
    }

    /// @param readings in the order of the file
    static byte[] write(DeviceType type, List<Landed> readings, Map<String, String> metadata) throws IOException {
        var file = new InMemoryOutputFile();
        try (ParquetWriter<Landed> writer = new Builder(file, type, metadata)
                .withConf(new PlainParquetConfiguration()).withCodecFactory(new ZstdCodec()).withCompressionCodec(CompressionCodecName.ZSTD).build()) {
            for (Landed reading : readings) {
                writer.write(reading);
            }
        }
        return file.bytes();
    }

    private static MessageType schema(List<LakeLayout.Column> columns) {
        List<Type> fields = new ArrayList<>(columns.size());
        for (LakeLayout.Column column : columns) {
            Type.Repetition repetition = column.nullable() ? Type.Repetition.OPTIONAL : Type.Repetition.REQUIRED;
            fields.add(switch (column.kind()) {
                case TEXT -> Types.primitive(PrimitiveTypeName.BINARY, repetition).as(LogicalTypeAnnotation.stringType()).named(column.name());
                case LONG -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(column.name());
                case TIMESTAMP -> Types.primitive(PrimitiveTypeName.INT64, repetition)
                        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS)).named(column.name());
                case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(column.name());
                case LONGS, RANGES -> throw new IllegalArgumentException("no Parquet column of this kind: " + column);
                case MEASURES -> Types.map(repetition).key(Types.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named("key"))
                        .value(Types.optional(PrimitiveTypeName.DOUBLE).named("value")).named(column.name());
            });
        }
        return new MessageType("reading", fields);
    }

    private static final class Builder extends ParquetWriter.Builder<Landed, Builder> {
        private final DeviceType type;
        private final Map<String, String> metadata;

        Builder(OutputFile file, DeviceType type, Map<String, String> metadata) {
            super(file);
            this.type = type;
            this.metadata = metadata;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /// Abstract in the library, so it must be here; never called, because a plain configuration is given.
        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<Landed> getWriteSupport(Configuration configuration) {
            return new Rows(type, metadata);
        }

        @Override
        protected WriteSupport<Landed> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(type, metadata);
        }
    }

    private static final class Rows extends WriteSupport<Landed> {
        private final DeviceType type;
        private final Map<String, String> metadata;
        private final List<LakeLayout.Column> columns;
        private RecordConsumer consumer;

        Rows(DeviceType type, Map<String, String> metadata) {
            this.type = type;
            this.metadata = metadata;
            this.columns = LakeLayout.landingColumns(type);
        }

        @Override
        @SuppressWarnings("deprecation")
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema(columns), metadata);
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema(columns), metadata);
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            this.consumer = recordConsumer;
        }

        @Override
        public void write(Landed landed) {
            consumer.startMessage();
            for (int index = 0; index < columns.size(); index++) {
                write(columns.get(index), index, landed);
            }
            consumer.endMessage();
        }

        private void write(LakeLayout.Column column, int index, Landed landed) {
            Reading reading = landed.reading();
            switch (column.name()) {
                case "thing" -> field(column, index, () -> consumer.addBinary(Binary.fromString(reading.id().thing())));
                case "epoch" -> field(column, index, () -> consumer.addLong(reading.id().epoch()));
                case "seq" -> field(column, index, () -> consumer.addLong(reading.id().seq()));
                case "taken_at" -> field(column, index, () -> consumer.addLong(reading.takenAtMillis() * MICROS_PER_MILLI));
                case "arrived_at" -> field(column, index, () -> consumer.addLong(landed.arrivedAtMillis() * MICROS_PER_MILLI));
                case "other_measures" -> writeOthers(column, index, reading);
                default -> {
                    Double value = reading.measures().get(column.name());
                    if (value != null) {
                        field(column, index, () -> consumer.addDouble(value));
                    }
                }
            }
        }

        private void field(LakeLayout.Column column, int index, Runnable value) {
            consumer.startField(column.name(), index);
            value.run();
            consumer.endField(column.name(), index);
        }

        private void writeOthers(LakeLayout.Column column, int index, Reading reading) {
            List<Map.Entry<String, Double>> others = new ArrayList<>();
            for (Map.Entry<String, Double> measure : reading.measures().entrySet()) {
                if (type.measure(measure.getKey()).isEmpty()) {
                    others.add(measure);
                }
            }
            if (others.isEmpty()) {
                return;
            }
            field(column, index, () -> {
                consumer.startGroup();
                consumer.startField("key_value", 0);
                for (Map.Entry<String, Double> other : others) {
                    consumer.startGroup();
                    consumer.startField("key", 0);
                    consumer.addBinary(Binary.fromString(other.getKey()));
                    consumer.endField("key", 0);
                    consumer.startField("value", 1);
                    consumer.addDouble(other.getValue());
                    consumer.endField("value", 1);
                    consumer.endGroup();
                }
                consumer.endField("key_value", 0);
                consumer.endGroup();
            });
        }
    }
}
