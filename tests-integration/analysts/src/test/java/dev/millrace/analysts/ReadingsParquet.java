package dev.millrace.analysts;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/// Data files of an Iceberg table for the tests, by parquet-java, zstd.
final class ReadingsParquet {
    private ReadingsParquet() {
    }

    /// @param rows a value for each column of the schema, null where there is none
    static ParquetMetadata write(org.apache.iceberg.io.OutputFile file, org.apache.iceberg.Schema schema, List<Object[]> rows) throws IOException {
        ParquetWriter<Object[]> writer = new Builder(adapted(file), schema).withConf(new PlainParquetConfiguration())
                .withCodecFactory(new Compression()).withCompressionCodec(CompressionCodecName.ZSTD).build();
        try (writer) {
            for (Object[] row : rows) {
                writer.write(row);
            }
        }
        return writer.getFooter();
    }

    private static OutputFile adapted(org.apache.iceberg.io.OutputFile file) {
        return new OutputFile() {
            @Override
            public PositionOutputStream create(long blockSizeHint) {
                return adapted(file.create());
            }

            @Override
            public PositionOutputStream createOrOverwrite(long blockSizeHint) {
                return adapted(file.createOrOverwrite());
            }

            @Override
            public boolean supportsBlockSize() {
                return false;
            }

            @Override
            public long defaultBlockSize() {
                return 0;
            }
        };
    }

    private static PositionOutputStream adapted(org.apache.iceberg.io.PositionOutputStream stream) {
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
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stream.write(bytes, offset, length);
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

    private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {
        private final org.apache.iceberg.Schema schema;

        Builder(OutputFile file, org.apache.iceberg.Schema schema) {
            super(file);
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<Object[]> getWriteSupport(Configuration configuration) {
            return new Rows(schema);
        }

        @Override
        protected WriteSupport<Object[]> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(schema);
        }
    }

    private static final class Rows extends WriteSupport<Object[]> {
        private final org.apache.iceberg.Schema schema;
        private RecordConsumer consumer;

        Rows(org.apache.iceberg.Schema schema) {
            this.schema = schema;
        }

        @Override
        @SuppressWarnings("deprecation")
        public WriteContext init(Configuration configuration) {
            return context();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context();
        }

        private WriteContext context() {
            return new WriteContext(ParquetSchemaUtil.convert(schema, "reading"), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(Object[] row) {
            consumer.startMessage();
            List<Types.NestedField> fields = schema.columns();
            for (int index = 0; index < row.length; index++) {
                if (row[index] != null) {
                    consumer.startField(fields.get(index).name(), index);
                    value(row[index]);
                    consumer.endField(fields.get(index).name(), index);
                }
            }
            consumer.endMessage();
        }

        private void value(Object value) {
            switch (value) {
                case String text -> consumer.addBinary(Binary.fromString(text));
                case Long number -> consumer.addLong(number);
                case Double number -> consumer.addDouble(number);
                case Map<?, ?> map -> map(map);
                default -> throw new IllegalArgumentException("cannot write " + value.getClass());
            }
        }

        private void map(Map<?, ?> map) {
            consumer.startGroup();
            consumer.startField("key_value", 0);
            map.forEach((key, value) -> {
                consumer.startGroup();
                consumer.startField("key", 0);
                value(key);
                consumer.endField("key", 0);
                consumer.startField("value", 1);
                value(value);
                consumer.endField("value", 1);
                consumer.endGroup();
            });
            consumer.endField("key_value", 0);
            consumer.endGroup();
        }
    }

    /// The library's own needs Hadoop.
    private static final class Compression implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName name) {
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput bytes) throws IOException {
                    return BytesInput.from(Zstd.compress(bytes.toInputStream().readAllBytes()));
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return CompressionCodecName.ZSTD;
                }

                @Override
                public void release() {
                }
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
            throw new UnsupportedOperationException("writes only");
        }

        @Override
        public void release() {
        }
    }
}
