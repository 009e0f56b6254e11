package dev.millrace.lake;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/// One column of a row group: its pages, one after the other, and what the footer and the page index say of them.
final class ColumnBytes {
    /// Where the file has a page's offset, there is no page at 0: the file begins with its mark.
    private static final long NONE = 0;

    private final LittleEndianBytes file;
    private final ZstdCompressCtx zstd;
    private final LittleEndianBytes packed = new LittleEndianBytes(1 << 12);
    private final Type type;
    private final List<String> path;
    private final int start;
    private final Set<Encoding> encodings = EnumSet.of(Encoding.RLE);
    private final List<Page> pages = new ArrayList<>();
    private final List<Extremes> pageExtremes = new ArrayList<>();
    private final List<PageLocation> locations = new ArrayList<>();
    private long dictionaryOffset = NONE;
    private long dataOffset = NONE;
    private long rows;
    private long entries;
    private long uncompressed;

    /// @param rows     how many rows it holds
    /// @param entries  how many values, nulls included
    /// @param nulls    how many of them
    /// @param encoding of the others
    record Page(int rows, int entries, int nulls, Encoding encoding) {
    }

    ColumnBytes(LittleEndianBytes file, ZstdCompressCtx zstd, Type type, List<String> path) {
        this.file = file;
        this.zstd = zstd;
        this.type = type;
        this.path = path;
        this.start = file.size();
    }

    /// Before the first page.
    void dictionary(LittleEndianBytes plain, int count) throws IOException {
        dictionaryOffset = file.size();
        encodings.add(Encoding.PLAIN);
        PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, plain.size(), 0);
        header.setDictionary_page_header(new DictionaryPageHeader(count, Encoding.PLAIN));
        write(header, plain);
    }

    /// @param body repetition levels if the column has any, definition levels likewise, values
    void page(LittleEndianBytes body, Page page, Extremes extremes) throws IOException {
        long offset = file.size();
        if (pages.isEmpty()) {
            dataOffset = offset;
        }
        PageHeader header = new PageHeader(PageType.DATA_PAGE, body.size(), 0);
        header.setData_page_header(new DataPageHeader(page.entries, page.encoding, Encoding.RLE, Encoding.RLE));
        write(header, body);
        locations.add(new PageLocation(offset, (int) (file.size() - offset), rows));
        pages.add(page);
        pageExtremes.add(extremes);
        encodings.add(page.encoding);
        rows += page.rows;
        entries += page.entries;
    }

    private void write(PageHeader header, LittleEndianBytes body) throws IOException {
        int bound = Math.toIntExact(Zstd.compressBound(body.size()));
        packed.reset();
        packed.ensure(bound);
        packed.advance(zstd.compressByteArray(packed.array(), 0, bound, body.array(), 0, body.size()));
        header.setCompressed_page_size(packed.size());
        int before = file.size();
        Util.writePageHeader(header, file);
        uncompressed += file.size() - before + body.size();
        file.write(packed.array(), 0, packed.size());
    }

    /// @param whole of all pages
    ColumnChunk finish(Extremes whole) {
        ColumnMetaData metadata = new ColumnMetaData(type, List.copyOf(encodings), path, CompressionCodec.ZSTD, entries, uncompressed,
                file.size() - start, dataOffset);
        if (dictionaryOffset != NONE) {
            metadata.setDictionary_page_offset(dictionaryOffset);
        }
        var statistics = new Statistics();
        statistics.setNull_count(pages.stream().mapToLong(Page::nulls).sum());
        if (whole.areTold()) {
            statistics.setMin_value(whole.min()).setMax_value(whole.max());
        }
        return new ColumnChunk(NONE).setMeta_data(metadata.setStatistics(statistics));
    }

    OffsetIndex offsetIndex() {
        return new OffsetIndex(locations);
    }

    /// Whether a page that has values tells its least and greatest: else there is no index.
    boolean hasExtremes() {
        for (int i = 0; i < pages.size(); i++) {
            if (!pageExtremes.get(i).areTold() && pages.get(i).nulls < pages.get(i).entries) {
                return false;
            }
        }
        return true;
    }

    /// @param order of the pages' least and greatest values
    ColumnIndex columnIndex(BoundaryOrder order) {
        List<Boolean> areNull = new ArrayList<>();
        List<ByteBuffer> mins = new ArrayList<>();
        List<ByteBuffer> maxs = new ArrayList<>();
        List<Long> nulls = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            areNull.add(!pageExtremes.get(i).areTold());
            mins.add(ByteBuffer.wrap(pageExtremes.get(i).min()));
            maxs.add(ByteBuffer.wrap(pageExtremes.get(i).max()));
            nulls.add((long) pages.get(i).nulls);
        }
        return new ColumnIndex(areNull, mins, maxs, order).setNull_counts(nulls);
    }
}
