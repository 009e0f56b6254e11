package dev.millrace.compact;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.io.OutputFile;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/// Writes rows as one Parquet file of a table, zstd, with the table's field ids. No Hadoop class at run time: those named
/// here stand only in signatures that the library demands.
final class RowsWriter implements AutoCloseable {
    /// Who asks for one thing and one day reads the groups in which that thing is: one or two a file, if a group has as many
    /// rows as a thing takes in a day at one reading a second, or more. Larger ones would make him read more of others;
    /// smaller ones would cost those who ask for a whole fleet.
    private static final int ROW_GROUP_ROWS = 131_072;

    private final ParquetWriter<RowCursor> writer;

    /// @param schema of the table, with the field ids in it
    RowsWriter(OutputFile file, Rows rows, MessageType schema) throws IOException {
        writer = new Builder(new IcebergOutput(file), rows, schema)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ZstdCodec())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupRowCountLimit(ROW_GROUP_ROWS)
                .build();
    }

    /// Writes the cursor's current row.
    void write(RowCursor row) throws IOException {
        writer.write(row);
    }

    /// What the file will hold at least.
    long bytes() {
        return writer.getDataSize();
    }

    /// Ends the file; only then is its footer there.
    @Override
    public void close() throws IOException {
        writer.close();
    }

    ParquetMetadata footer() {
        return writer.getFooter();
    }

    private record IcebergOutput(OutputFile file) implements org.apache.parquet.io.OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            org.apache.iceberg.io.PositionOutputStream stream = file.create();
            return new PositionOutputStream() {
                @Override
                public long getPos() throws IOException {
                    return stream.getPos();
                }

                @Override
                public void write(int value) throws IOException {
                    stream.write(value);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    stream.write(bytes, from, length);
                }

                @Override
                public void flush() throws IOException {
                    stream.flush();
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        /// Names are never used twice.
        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    private static final class Builder extends ParquetWriter.Builder<RowCursor, Builder> {
        private final Rows rows;
        private final MessageType schema;

        Builder(org.apache.parquet.io.OutputFile file, Rows rows, MessageType schema) {
            super(file);
            this.rows = rows;
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /// Abstract in the library, so it must be here; never called, because a plain configuration is given.
        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<RowCursor> getWriteSupport(Configuration configuration) {
            return new Support(rows, schema);
        }

        @Override
        protected WriteSupport<RowCursor> getWriteSupport(ParquetConfiguration configuration) {
            return new Support(rows, schema);
        }
    }

    private static final class Support extends WriteSupport<RowCursor> implements Rows.ValueVisitor {
        private static final String OTHERS = "other_measures";

        private final Rows rows;
        private final MessageType schema;
        private final int thing;
        private final int epoch;
        private final int seq;
        private final int takenAt;
        private final int arrivedAt;
        private final int others;
        private final int[] measureFields;
        private final String[] measureNames;
        private RecordConsumer consumer;
        private int othersLeft;

        Support(Rows rows, MessageType schema) {
            this.rows = rows;
            this.schema = schema;
            this.thing = schema.getFieldIndex("thing");
            this.epoch = schema.getFieldIndex("epoch");
            this.seq = schema.getFieldIndex("seq");
            this.takenAt = schema.getFieldIndex("taken_at");
            this.arrivedAt = schema.getFieldIndex("arrived_at");
            this.others = schema.getFieldIndex(OTHERS);
            this.measureNames = rows.type().measures().stream().map(measure -> measure.name()).toArray(String[]::new);
            this.measureFields = new int[measureNames.length];
            for (int index = 0; index < measureNames.length; index++) {
                measureFields[index] = schema.getFieldIndex(measureNames[index]);
            }
        }

        @Override
        @SuppressWarnings("deprecation")
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            this.consumer = recordConsumer;
        }

        @Override
        public void write(RowCursor row) {
            byte[] bytes = row.bytes();
            int at = row.at();
            consumer.startMessage();
            consumer.startField("thing", thing);
            consumer.addBinary(Binary.fromReusedByteArray(bytes, Rows.thingAt(at), Rows.thingLength(bytes, at)));
            consumer.endField("thing", thing);
            number("epoch", epoch, Rows.epoch(bytes, at));
            number("seq", seq, Rows.seq(bytes, at));
            number("taken_at", takenAt, Rows.takenAtMicros(bytes, at));
            number("arrived_at", arrivedAt, Rows.arrivedAtMicros(bytes, at));
            rows.values(bytes, at, this);
            consumer.endMessage();
        }

        private void number(String name, int field, long value) {
            consumer.startField(name, field);
            consumer.addLong(value);
            consumer.endField(name, field);
        }

        @Override
        public void measure(int index, double value) {
            consumer.startField(measureNames[index], measureFields[index]);
            consumer.addDouble(value);
            consumer.endField(measureNames[index], measureFields[index]);
        }

        @Override
        public void others(int count) {
            othersLeft = count;
            consumer.startField(OTHERS, others);
            consumer.startGroup();
            consumer.startField("key_value", 0);
        }

        @Override
        public void other(byte[] bytes, int nameAt, int nameLength, double value) {
            consumer.startGroup();
            consumer.startField("key", 0);
            consumer.addBinary(Binary.fromReusedByteArray(bytes, nameAt, nameLength));
            consumer.endField("key", 0);
            consumer.startField("value", 1);
            consumer.addDouble(value);
            consumer.endField("value", 1);
            consumer.endGroup();
            othersLeft--;
            if (othersLeft == 0) {
                consumer.endField("key_value", 0);
                consumer.endGroup();
                consumer.endField(OTHERS, others);
            }
        }
    }
}
