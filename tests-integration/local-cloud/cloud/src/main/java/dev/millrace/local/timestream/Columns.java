package dev.millrace.local.timestream;

import dev.millrace.local.timestream.IncomingRecord.Measure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The schema of a table as its writes have made it, with the limits of the developer guide's "Quotas".
/// Not thread-safe: [Table] guards it.
final class Columns {
    static final int DIMENSIONS_MAX = 128;
    static final int MEASURE_NAMES_MAX = 8_192;
    static final int MULTI_MEASURES_MAX = 1_024;

    private final Map<String, Column> columns = new LinkedHashMap<>();
    /// The type of each single measure by its measure_name; MULTI measures have their type in their column.
    private final Map<String, String> measureNames = new HashMap<>();
    private final Map<String, String> exactNames = new HashMap<>(Map.of(ColumnNames.TIME, ColumnNames.TIME, ColumnNames.MEASURE_NAME, ColumnNames.MEASURE_NAME));
    private int dimensions;
    private int multiMeasures;

    /// Why a record does not fit, if so. The texts are ours: docs/verify-on-aws.md
    Optional<String> misfit(IncomingRecord incoming) {
        var fresh = new ArrayList<Column>();
        for (Column column : columnsOf(incoming)) {
            Optional<String> misfit = misfit(column, incoming.multi());
            if (misfit.isPresent()) {
                return misfit;
            }
            if (!columns.containsKey(column.name())) {
                fresh.add(column);
            }
        }
        return clashWithin(fresh).or(() -> measureNameMisfit(incoming)).or(() -> countMisfit(incoming, fresh));
    }

    /// Takes in the columns of a record that fits.
    void learn(IncomingRecord incoming) {
        measureNames.putIfAbsent(incoming.measureName(), measureNameType(incoming));
        for (Column column : columnsOf(incoming)) {
            if (columns.putIfAbsent(column.name(), column) == null) {
                exactNames.put(folded(column.name()), column.name());
                dimensions += column.dimension() ? 1 : 0;
                multiMeasures += !column.dimension() && incoming.multi() ? 1 : 0;
            }
        }
    }

    /// In the order in which they were learnt.
    List<Column> all() {
        return List.copyOf(columns.values());
    }

    private Optional<String> misfit(Column column, boolean multi) {
        int max = column.dimension() ? ColumnNames.DIMENSION_BYTES_MAX : ColumnNames.MEASURE_BYTES_MAX;
        if ((column.dimension() || multi) && ColumnNames.bytes(column.name()) > max) {
            return Optional.of("The name '%s' is longer than %d bytes.".formatted(column.name(), max));
        }
        Column known = columns.get(column.name());
        if (known != null && known.dimension() != column.dimension()) {
            return Optional.of("The column '%s' is already a %s.".formatted(column.name(), known.dimension() ? "dimension" : "measure"));
        }
        if (known != null && known.type() != column.type()) {
            return Optional.of("The measure '%s' has data type %s, not %s.".formatted(column.name(), known.type(), column.type()));
        }
        String exact = exactNames.getOrDefault(folded(column.name()), column.name());
        return exact.equals(column.name()) ? Optional.empty() : Optional.of(differsInCase(column.name(), exact));
    }

    private static Optional<String> clashWithin(List<Column> fresh) {
        var seen = new HashMap<String, Column>();
        for (Column column : fresh) {
            Column other = seen.put(folded(column.name()), column);
            if (other != null) {
                return Optional.of(other.name().equals(column.name())
                        ? "'%s' is both a dimension and a measure.".formatted(column.name()) : differsInCase(column.name(), other.name()));
            }
        }
        return Optional.empty();
    }

    /// A limit of this stand-in, not of AWS: the SQL engine below folds case.
    private static String differsInCase(String name, String other) {
        return "The local Timestream cannot hold columns '%s' and '%s' in one table: they differ in case alone.".formatted(name, other);
    }

    private Optional<String> measureNameMisfit(IncomingRecord incoming) {
        if (ColumnNames.bytes(incoming.measureName()) > ColumnNames.MEASURE_BYTES_MAX) {
            return Optional.of("The measure name is longer than %d bytes.".formatted(ColumnNames.MEASURE_BYTES_MAX));
        }
        String known = measureNames.get(incoming.measureName());
        if (known == null && measureNames.size() == MEASURE_NAMES_MAX) {
            return Optional.of("The table already has %d measure names.".formatted(MEASURE_NAMES_MAX));
        }
        return known == null || known.equals(measureNameType(incoming)) ? Optional.empty()
                : Optional.of("The measure '%s' has data type %s, not %s.".formatted(incoming.measureName(), known, measureNameType(incoming)));
    }

    private Optional<String> countMisfit(IncomingRecord incoming, List<Column> fresh) {
        long freshDimensions = fresh.stream().filter(Column::dimension).count();
        if (dimensions + freshDimensions > DIMENSIONS_MAX) {
            return Optional.of("The table would have over %d dimensions.".formatted(DIMENSIONS_MAX));
        }
        if (incoming.multi() && multiMeasures + fresh.size() - freshDimensions > MULTI_MEASURES_MAX) {
            return Optional.of("The table would have over %d measures in multi-measure records.".formatted(MULTI_MEASURES_MAX));
        }
        return Optional.empty();
    }

    private static List<Column> columnsOf(IncomingRecord incoming) {
        var all = new ArrayList<Column>();
        incoming.dimensions().keySet().forEach(name -> all.add(new Column(name, true, MeasureType.VARCHAR)));
        for (Measure measure : incoming.measures()) {
            all.add(new Column(measure.column(), false, measure.type()));
        }
        return all;
    }

    private static String measureNameType(IncomingRecord incoming) {
        return incoming.multi() ? "MULTI" : incoming.measures().getFirst().type().name();
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
