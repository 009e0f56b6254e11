package dev.millrace.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.InputFile;
import dev.hardwood.reader.FilterPredicate;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.LandedRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The columnar way beside Parquet's own library, as DuckDB and Hardwood read both.
class ReadingsParquetTest {
    private static final DeviceType MACHINE = DeviceTypes.shipped().require("machine");
    private static final Map<String, String> METADATA = Map.of("millrace.type", "machine");
    private static final Comparator<Landed> PLAIN_ORDER = Comparator.<Landed, String>comparing(landed -> landed.reading().id().thing())
            .thenComparingLong(landed -> landed.reading().takenAtMillis()).thenComparing(landed -> landed.reading().id());

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{1} readings of {2} things, seed {0}")
    @CsvSource({"1, 1, 1", "2, 2, 2", "3, 9, 1", "4, 100, 100", "5, 500, 3", "6, 4000, 7", "7, 20000, 11", "8, 20001, 1", "9, 47000, 300"})
    void everyReaderFindsInBothFilesTheSameRowsInTheOrderOfThingAndTime(long seed, int count, int things) throws Exception {
        List<Landed> readings = readings(new Random(seed), count, things);
        List<Landed> sorted = new ArrayList<>(readings);
        sorted.sort(PLAIN_ORDER);

        byte[] ours = ReadingsParquet.write(LandedRows.of(MACHINE, readings), METADATA);
        byte[] reference = RowByRowParquet.write(MACHINE, sorted, METADATA);

        List<String> expected = sorted.stream().map(ReadingsParquetTest::row).toList();
        assertThat(Readers.rowsOfDuckDb(directory, ours, MACHINE)).isEqualTo(expected);
        assertThat(Readers.rowsOfHardwood(ours, MACHINE)).isEqualTo(expected);
        assertThat(Readers.rowsOfDuckDb(directory, reference, MACHINE)).isEqualTo(expected);
        assertThat(Readers.rowsOfHardwood(reference, MACHINE)).isEqualTo(expected);
        assertThat(whatTheFooterSays(ours)).isEqualTo(whatTheFooterSays(reference));
        assertThat(Readers.duckDb(directory, ours, "SELECT * EXCLUDE (file_name) FROM parquet_schema('%s')"))
                .isEqualTo(Readers.duckDb(directory, reference, "SELECT * EXCLUDE (file_name) FROM parquet_schema('%s')").stream()
                        // the older annotation of a map's inner group, which the format has dropped
                        .map(element -> element.replace("MAP_KEY_VALUE", "null")).toList());
    }

    /// Pages are cut at the same rows as the library's, so they must say the same of themselves.
    @ParameterizedTest(name = "{1} readings of {2} things, seed {0}")
    @CsvSource({"1, 1, 1", "2, 300, 7", "3, 19999, 40", "4, 47000, 300", "5, 60000, 2"})
    void thePageIndexSaysOfEachPageWhatTheLibrarysSays(long seed, int count, int things) throws Exception {
        List<Landed> readings = readings(new Random(seed), count, things);
        readings.sort(PLAIN_ORDER);

        byte[] ours = ReadingsParquet.write(LandedRows.of(MACHINE, readings), METADATA);

        assertThat(pageIndex(ours)).isEqualTo(pageIndex(RowByRowParquet.write(MACHINE, readings, METADATA))).hasSizeGreaterThan(9);
    }

    @Test
    void aReaderThatLooksForOneThingFindsItsReadingsInWhicheverPageTheyAre() throws IOException {
        List<Landed> readings = readings(new Random(1), 50_000, 20);
        byte[] ours = ReadingsParquet.write(LandedRows.of(MACHINE, readings), METADATA);

        for (String thing : List.of("machine-00000", "machine-00007", "machine-00019", "machine-00020")) {
            int found = 0;
            try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(ours)));
                    RowReader row = reader.buildRowReader().filter(FilterPredicate.eq("thing", thing)).build()) {
                for (; row.hasNext(); found++) {
                    row.next();
                    assertThat(row.getString("thing")).isEqualTo(thing);
                }
            }
            assertThat((long) found).as(thing).isEqualTo(readings.stream().filter(landed -> landed.reading().id().thing().equals(thing)).count());
        }
    }

    /// Parquet's library 1.18 tells extremes of doubles in an order that readers older than 2026 do not know; the order that every
    /// reader knows wants the least zero told as the negative one, the greatest as the positive.
    @Test
    void extremesAreToldInTheOrderThatEveryReaderKnows() throws IOException {
        FileMetaData footer = footer(ReadingsParquet.write(LandedRows.of(MACHINE, List.of(new Landed(new Reading(new ReadingId("a", 1, 1), 1, new TreeMap<>(Map.of("power_kw", 0.0, "running_h", -0.0))), 1))), METADATA));

        assertThat(footer.getColumn_orders()).hasSize(12).allMatch(ColumnOrder::isSetTYPE_ORDER);
        for (ColumnChunk column : flatColumns(footer)) {
            if (List.of("power_kw", "running_h").contains(column.getMeta_data().getPath_in_schema().getFirst())) {
                assertThat(column.getMeta_data().getStatistics().getMin_value()).isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0x80});
                assertThat(column.getMeta_data().getStatistics().getMax_value()).isEqualTo(new byte[8]);
            }
        }
    }

    /// As Athena, Trino and Iceberg's name mapping read them: a column is found by its name, and one that a file lacks is null.
    @Test
    void filesWrittenBeforeAMeasureExistedAreReadByTheTableThatHasIt() throws Exception {
        DeviceType grown = with(new DeviceType.Measure("oil_bar", "bar", 0, 10));
        Landed before = new Landed(new Reading(new ReadingId("machine-00001", 1, 1), 1_000, new TreeMap<>(Map.of("power_kw", 2.5, "oil_bar", 4.0))), 2_000);
        Landed after = new Landed(new Reading(new ReadingId("machine-00001", 1, 2), 2_000, new TreeMap<>(Map.of("power_kw", 3.5, "oil_bar", 5.0))), 3_000);
        Path old = Files.write(directory.resolve("old.parquet"), ReadingsParquet.write(LandedRows.of(MACHINE, List.of(before)), METADATA));
        Path young = Files.write(directory.resolve("young.parquet"), ReadingsParquet.write(LandedRows.of(grown, List.of(after)), METADATA));

        assertThat(Readers.duckDb("""
                SELECT seq, power_kw, oil_bar, other_measures['oil_bar'] FROM read_parquet(['%s', '%s'], union_by_name = true) ORDER BY seq""".formatted(old, young)))
                .containsExactly("1 2.5 null 4.0", "2 3.5 5.0 null");
    }

    @Test
    void aRetiredMeasureThatADeviceStillBringsStandsInItsColumn() throws Exception {
        DeviceType retired = with(new DeviceType.Measure("oil_bar", "bar", 0, 10, true));
        byte[] file = ReadingsParquet.write(LandedRows.of(retired, List.of(
                new Landed(new Reading(new ReadingId("machine-00001", 1, 1), 1_000, new TreeMap<>(Map.of("oil_bar", 4.0))), 2_000))), METADATA);

        assertThat(Readers.duckDb(directory, file, "SELECT oil_bar, other_measures FROM read_parquet('%s')")).containsExactly("4.0 null");
    }

    private static DeviceType with(DeviceType.Measure added) {
        List<DeviceType.Measure> measures = new ArrayList<>(MACHINE.measures());
        measures.add(added);
        return new DeviceType(MACHINE.name(), MACHINE.title(), measures, MACHINE.pane(), MACHINE.allowedLateness(), MACHINE.maxAge(), MACHINE.maxSkew());
    }

    @Test
    void itIsNotLargerThanTheReference() throws IOException {
        List<Landed> readings = readings(new Random(1), 50_000, 200);
        readings.sort(PLAIN_ORDER);

        assertThat(ReadingsParquet.write(LandedRows.of(MACHINE, readings), METADATA)).hasSizeLessThan((int) (RowByRowParquet.write(MACHINE, readings, METADATA).length * 1.02));
    }

    /// Things in no order, repeats, packs that came late, measures that are missing or unknown, both zeros, extremes.
    private static List<Landed> readings(Random random, int count, int things) {
        List<Landed> readings = new ArrayList<>();
        while (readings.size() < count) {
            if (!readings.isEmpty() && random.nextInt(20) == 0) {
                Landed again = readings.get(random.nextInt(readings.size()));
                readings.add(new Landed(again.reading(), again.arrivedAtMillis() + 60_000));
            } else {
                long seq = readings.size() + 1L;
                long takenAt = 1_795_000_000_000L + seq * 1_000 - (random.nextInt(10) == 0 ? random.nextInt(1 << 30) : 0);
                readings.add(new Landed(new Reading(new ReadingId("machine-%05d".formatted(random.nextInt(things)), random.nextInt(1, 3), seq), takenAt,
                        measures(random)), takenAt + random.nextInt(5_000)));
            }
        }
        Collections.shuffle(readings, random);
        return readings;
    }

    private static SortedMap<String, Double> measures(Random random) {
        double[] odd = {0.0, -0.0, Double.MIN_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, 1e-300};
        var measures = new TreeMap<String, Double>();
        measures.put("temperature_c", random.nextInt(400) / 10.0);
        if (random.nextInt(3) > 0) {
            measures.put("vibration_mm_s", random.nextDouble());
        }
        if (random.nextInt(30) == 0) {
            measures.put("power_kw", odd[random.nextInt(odd.length)]);
        }
        if (random.nextInt(2) == 0) {
            measures.put("rotation_rpm", random.nextBoolean() ? 0.0 : -0.0);
        }
        for (int others = random.nextInt(10) == 0 ? random.nextInt(1, 4) : 0; others > 0; others--) {
            measures.put("tyre_bar_" + others, random.nextDouble(10));
        }
        return measures;
    }

    private static String row(Landed landed) {
        Reading reading = landed.reading();
        var others = new TreeMap<String, Double>(reading.measures());
        var cells = new ArrayList<String>(List.of(reading.id().thing(), Long.toString(reading.id().epoch()), Long.toString(reading.id().seq()),
                Long.toString(reading.takenAtMillis() * 1_000), Long.toString(landed.arrivedAtMillis() * 1_000)));
        for (DeviceType.Measure measure : MACHINE.measures()) {
            cells.add(String.valueOf(others.remove(measure.name())));
        }
        cells.add(others.isEmpty() ? "null" : others.toString());
        return String.join(" ", cells);
    }

    private static FileMetaData footer(byte[] file) throws IOException {
        int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        return Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - length, length));
    }

    /// Of the flat columns: the library gives extremes of the map's too, which nobody looks for.
    private static List<ColumnChunk> flatColumns(FileMetaData footer) {
        return footer.getRow_groups().getFirst().getColumns().stream().filter(column -> column.getMeta_data().getPath_in_schema().size() == 1).toList();
    }

    private static List<String> whatTheFooterSays(byte[] file) throws IOException {
        FileMetaData footer = footer(file);
        List<String> says = new ArrayList<>(List.of(footer.getNum_rows() + " " + footer.getKey_value_metadata()));
        for (ColumnChunk column : footer.getRow_groups().getFirst().getColumns()) {
            says.add("%s %s %s nulls %d of %d".formatted(column.getMeta_data().getPath_in_schema(), column.getMeta_data().getType(), column.getMeta_data().getCodec(),
                    column.getMeta_data().getStatistics().getNull_count(), column.getMeta_data().getNum_values()));
        }
        for (ColumnChunk column : flatColumns(footer)) {
            Statistics statistics = column.getMeta_data().getStatistics();
            says.add(told(column, statistics.bufferForMin_value()) + ".." + told(column, statistics.bufferForMax_value()));
        }
        return says;
    }

    /// The library orders the two zeros, which we leave to readers that do not know of that.
    private static String told(ColumnChunk column, ByteBuffer extreme) {
        if (extreme == null || !extreme.hasRemaining()) {
            return "untold";
        }
        ByteBuffer bytes = extreme.slice().order(ByteOrder.LITTLE_ENDIAN);
        return switch (column.getMeta_data().getType()) {
            case DOUBLE -> Double.toString(bytes.getDouble() + 0.0);
            case INT64 -> Long.toString(bytes.getLong());
            default -> UTF_8.decode(bytes).toString();
        };
    }

    private static List<String> pageIndex(byte[] file) throws IOException {
        List<String> says = new ArrayList<>();
        for (ColumnChunk column : flatColumns(footer(file))) {
            ColumnIndex index = Util.readColumnIndex(new ByteArrayInputStream(file, (int) column.getColumn_index_offset(), column.getColumn_index_length()));
            OffsetIndex offsets = Util.readOffsetIndex(new ByteArrayInputStream(file, (int) column.getOffset_index_offset(), column.getOffset_index_length()));
            String name = column.getMeta_data().getPath_in_schema().getFirst();
            for (int page = 0; page < offsets.getPage_locationsSize(); page++) {
                says.add("%s row %d: all null %s, %d nulls, %s..%s".formatted(name, offsets.getPage_locations().get(page).getFirst_row_index(),
                        index.getNull_pages().get(page), index.getNull_counts().get(page), told(column, index.getMin_values().get(page)), told(column, index.getMax_values().get(page))));
            }
            if (name.equals("thing")) {
                assertThat(index.getBoundary_order()).isEqualTo(BoundaryOrder.ASCENDING);
            }
        }
        return says;
    }
}
