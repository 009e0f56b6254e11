package dev.millrace.lake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.millrace.events.LakeLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;

/// A Parquet file of one row group, in memory: columns in the order of the schema, then the page index, then the footer
/// (Parquet format, README.md, Encodings.md and PageIndex.md). All columns have their pages cut at the same rows.
final class ParquetFile implements AutoCloseable {
    private static final byte[] MARK = "PAR1".getBytes(US_ASCII);
    private static final int FORMAT_VERSION = 1;
    /// As Parquet's own library cuts them: what a reader that looks for a thing must read at least.
    static final int PAGE_ROWS = 20_000;
    /// The library's default: about a quarter smaller than snappy.
    private static final int ZSTD_LEVEL = 3;
    /// `optional`, and for the two columns of a map: the map is there, it has an entry, the entry has a value.
    private static final int MAP_IS_NULL = 0;
    private static final int KEY_LEVEL_MAX = 2;
    private static final int VALUE_LEVEL_MAX = 3;

    private final LittleEndianBytes file = new LittleEndianBytes(1 << 16);
    private final LittleEndianBytes body = new LittleEndianBytes(1 << 16);
    private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(ZSTD_LEVEL);
    private final List<LakeLayout.Column> schema;
    private final int rows;
    private final List<Written> columns = new ArrayList<>();
    private final long[] present;
    private final int[] levels;

    /// @param isAscending whether its pages' least and greatest values never descend
    private record Written(ColumnBytes bytes, ColumnChunk chunk, boolean isAscending) {
    }

    /// @param rows at least one
    ParquetFile(List<LakeLayout.Column> schema, int rows) {
        this.schema = List.copyOf(schema);
        this.rows = rows;
        this.present = new long[rows];
        this.levels = new int[Math.min(rows, PAGE_ROWS)];
        file.write(MARK, 0, MARK.length);
    }

    private ColumnBytes column(Type type, String... path) {
        return new ColumnBytes(file, zstd, type, List.of(path));
    }

    private void add(ColumnBytes bytes, Extremes whole, boolean isAscending) {
        columns.add(new Written(bytes, bytes.finish(whole), isAscending));
    }

    private int pageEnd(int from) {
        return Math.min(rows, from + PAGE_ROWS);
    }

    /// Texts that never descend.
    ///
    /// @param texts  ascending, each at least once
    /// @param places for each row its text
    void sortedTexts(LakeLayout.Column column, String[] texts, int[] places) throws IOException {
        ColumnBytes bytes = column(Type.BYTE_ARRAY, column.name());
        body.reset();
        for (String text : texts) {
            putText(text);
        }
        bytes.dictionary(body, texts.length);
        for (int from = 0; from < rows; from = pageEnd(from)) {
            int to = pageEnd(from);
            body.reset();
            putPlaces(places, from, to, RunsAndBits.widthOf(texts.length - 1));
            bytes.page(body, new ColumnBytes.Page(to - from, to - from, 0, Encoding.RLE_DICTIONARY),
                    Extremes.of(texts[places[from]], texts[places[to - 1]]));
        }
        add(bytes, Extremes.of(texts[0], texts[texts.length - 1]), true);
    }

    /// A number in every row.
    void longs(LakeLayout.Column column, long[] values) throws IOException {
        ColumnBytes bytes = column(Type.INT64, column.name());
        LongDictionary dictionary = dictionary(bytes, values, rows);
        for (int from = 0; from < rows; from = pageEnd(from)) {
            int to = pageEnd(from);
            body.reset();
            putValues(dictionary, values, from, to);
            bytes.page(body, new ColumnBytes.Page(to - from, to - from, 0, encoding(dictionary)), Extremes.ofLongs(values, from, to));
        }
        add(bytes, Extremes.ofLongs(values, 0, rows), false);
    }

    /// @param values NaN where a row has none
    void doubles(LakeLayout.Column column, double[] values) throws IOException {
        ColumnBytes bytes = column(Type.DOUBLE, column.name());
        int count = gather(values);
        LongDictionary dictionary = dictionary(bytes, present, count);
        int next = 0;
        for (int from = 0; from < rows; from = pageEnd(from)) {
            int to = pageEnd(from);
            body.reset();
            int end = next + (count == rows ? putFullLevels(to - from) : putLevels(values, from, to));
            putValues(dictionary, present, next, end);
            bytes.page(body, new ColumnBytes.Page(to - from, to - from, to - from - (end - next), encoding(dictionary)), Extremes.ofDoubles(present, next, end));
            next = end;
        }
        add(bytes, Extremes.ofDoubles(present, 0, count), false);
    }

    /// Puts the values that there are side by side.
    private int gather(double[] values) {
        int count = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                present[count++] = Double.doubleToRawLongBits(value);
            }
        }
        return count;
    }

    private LongDictionary dictionary(ColumnBytes bytes, long[] values, int count) throws IOException {
        LongDictionary dictionary = LongDictionary.of(values, count);
        if (dictionary != null) {
            body.reset();
            body.putLongs(dictionary.values(), 0, dictionary.size());
            bytes.dictionary(body, dictionary.size());
        }
        return dictionary;
    }

    private static Encoding encoding(LongDictionary dictionary) {
        return dictionary == null ? Encoding.PLAIN : Encoding.RLE_DICTIONARY;
    }

    private void putValues(LongDictionary dictionary, long[] values, int from, int to) {
        if (dictionary == null) {
            body.putLongs(values, from, to);
        } else {
            putPlaces(dictionary.places(), from, to, dictionary.width());
        }
    }

    private void putPlaces(int[] places, int from, int to, int width) {
        body.write(width);
        new RunsAndBits(body, width).put(places, from, to);
    }

    private void putText(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        body.putInt(utf8.length);
        body.write(utf8, 0, utf8.length);
    }

    /// Definition levels of rows that all have a value.
    ///
    /// @return how many have one
    private int putFullLevels(int count) {
        int at = body.size();
        body.putInt(0);
        new RunsAndBits(body, 1).putRun(1, count);
        body.setInt(at, body.size() - at - Integer.BYTES);
        return count;
    }

    private int putLevels(double[] values, int from, int to) {
        int count = 0;
        for (int row = from; row < to; row++) {
            levels[row - from] = Double.isNaN(values[row]) ? 0 : 1;
            count += levels[row - from];
        }
        putLevels(levels, to - from, 1);
        return count;
    }

    private void putLevels(int[] ofEntries, int count, int greatest) {
        int at = body.size();
        body.putInt(0);
        new RunsAndBits(body, RunsAndBits.widthOf(greatest)).put(ofEntries, 0, count);
        body.setInt(at, body.size() - at - Integer.BYTES);
    }

    /// Two columns, keys and values. A row without an entry has no map.
    void map(LakeLayout.Column column, OtherMeasures measures) throws IOException {
        ColumnBytes keys = column(Type.BYTE_ARRAY, column.name(), "key_value", "key");
        for (int from = 0; from < rows; from = pageEnd(from)) {
            putMapPage(keys, measures, from, KEY_LEVEL_MAX);
        }
        add(keys, Extremes.UNTOLD, false);
        ColumnBytes values = column(Type.DOUBLE, column.name(), "key_value", "value");
        for (int from = 0; from < rows; from = pageEnd(from)) {
            putMapPage(values, measures, from, VALUE_LEVEL_MAX);
        }
        add(values, Extremes.UNTOLD, false);
    }

    private void putMapPage(ColumnBytes bytes, OtherMeasures measures, int from, int level) throws IOException {
        int to = pageEnd(from);
        int first = measures.begin(from);
        int end = measures.end(to - 1);
        var repeats = new int[to - from + end - first];
        var definitions = new int[repeats.length];
        int entries = 0;
        int nulls = 0;
        for (int row = from; row < to; row++) {
            int begin = measures.begin(row);
            for (int i = begin; i < measures.end(row); i++) {
                repeats[entries] = i == begin ? 0 : 1;
                definitions[entries++] = level;
            }
            if (begin == measures.end(row)) {
                definitions[entries++] = MAP_IS_NULL;
                nulls++;
            }
        }
        body.reset();
        putLevels(repeats, entries, 1);
        putLevels(definitions, entries, level);
        for (int i = first; i < end; i++) {
            if (level == KEY_LEVEL_MAX) {
                putText(measures.name(i));
            } else {
                body.putLong(Double.doubleToRawLongBits(measures.value(i)));
            }
        }
        bytes.page(body, new ColumnBytes.Page(to - from, entries, nulls, Encoding.PLAIN), Extremes.UNTOLD);
    }

    /// After all columns.
    byte[] finish(Map<String, String> metadata) throws IOException {
        long dataEnd = file.size();
        for (Written column : columns) {
            if (column.bytes.hasExtremes()) {
                int at = file.size();
                Util.writeColumnIndex(column.bytes.columnIndex(column.isAscending ? BoundaryOrder.ASCENDING : BoundaryOrder.UNORDERED), file);
                column.chunk.setColumn_index_offset(at).setColumn_index_length(file.size() - at);
            }
        }
        for (Written column : columns) {
            int at = file.size();
            Util.writeOffsetIndex(column.bytes.offsetIndex(), file);
            column.chunk.setOffset_index_offset(at).setOffset_index_length(file.size() - at);
        }
        int footer = file.size();
        Util.writeFileMetaData(footer(metadata, dataEnd), file);
        file.putInt(file.size() - footer);
        file.write(MARK, 0, MARK.length);
        return file.toByteArray();
    }

    private FileMetaData footer(Map<String, String> metadata, long dataEnd) {
        List<ColumnChunk> chunks = columns.stream().map(Written::chunk).toList();
        long uncompressed = chunks.stream().mapToLong(chunk -> chunk.getMeta_data().getTotal_uncompressed_size()).sum();
        RowGroup group = new RowGroup(chunks, uncompressed, rows).setFile_offset(MARK.length).setTotal_compressed_size(dataEnd - MARK.length).setOrdinal((short) 0);
        List<KeyValue> keyValues = metadata.entrySet().stream().map(entry -> new KeyValue(entry.getKey()).setValue(entry.getValue())).toList();
        ColumnOrder byType = ColumnOrder.TYPE_ORDER(new TypeDefinedOrder());
        return new FileMetaData(FORMAT_VERSION, ParquetSchema.of(schema), rows, List.of(group))
                .setKey_value_metadata(keyValues)
                .setCreated_by("millrace version " + Build.VERSION)
                .setColumn_orders(columns.stream().map(_ -> byType).toList());
    }

    @Override
    public void close() {
        zstd.close();
    }
}
