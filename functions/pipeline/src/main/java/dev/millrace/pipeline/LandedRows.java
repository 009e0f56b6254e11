package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.MeasurePlaces;
import dev.millrace.events.Measures;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Lake.Landed;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Readings on their way to the lake, as a list that is arrays of numbers, one a column. A reading is taken apart when it is
/// added and may then be forgotten: of a batch of a hundred thousand none outlives its record, and who writes columns finds
/// columns. Only grows. Not for more than one thread.
public final class LandedRows extends AbstractList<Landed> {
    private static final int CAPACITY = 1_024;
    /// No reading has such a value, so it marks that a reading has none.
    private static final double HOLE = Double.NaN;

    private final DeviceType type;
    private final MeasurePlaces places;
    private final Map<String, Integer> thingNumbers = new HashMap<>();
    private final List<String> things = new ArrayList<>();
    private final double[][] measures;
    private int[] thingOf = new int[CAPACITY];
    private long[] epochs = new long[CAPACITY];
    private long[] seqs = new long[CAPACITY];
    private long[] takenAtMillis = new long[CAPACITY];
    private long[] arrivedAtMillis = new long[CAPACITY];
    private int size;
    private String lastThing;
    private int lastThingNumber;
    /// Measures that the type does not know: whose, name, value.
    private int[] otherRows = {};
    private String[] otherNames = {};
    private double[] otherValues = {};
    private int others;

    public LandedRows(DeviceType type) {
        this.type = requireNonNull(type, "type is null");
        this.places = new MeasurePlaces(type);
        this.measures = new double[type.measures().size()][CAPACITY];
    }

    /// The same readings in the same order, as rows.
    public static LandedRows of(DeviceType type, List<Landed> readings) {
        if (readings instanceof LandedRows rows && rows.type.equals(type)) {
            return rows;
        }
        var rows = new LandedRows(type);
        rows.addAll(readings);
        return rows;
    }

    @Override
    public boolean add(Landed landed) {
        add(landed.reading(), landed.arrivedAtMillis());
        return true;
    }

    /// @param arrivedAtMillis arrival of its record at the stream
    public void add(Reading reading, long arrivedAtMillis) {
        int row = size;
        if (row == seqs.length) {
            grow();
        }
        ReadingId id = reading.id();
        thingOf[row] = number(id.thing());
        epochs[row] = id.epoch();
        seqs[row] = id.seq();
        takenAtMillis[row] = reading.takenAtMillis();
        this.arrivedAtMillis[row] = arrivedAtMillis;
        Measures values = reading.values();
        int[] at = places.of(values);
        if (at.length < measures.length) {
            for (double[] column : measures) {
                column[row] = HOLE;
            }
        }
        int known = 0;
        for (int i = 0; i < at.length; i++) {
            if (at[i] >= 0) {
                measures[at[i]][row] = values.value(i);
                known++;
            }
        }
        if (known < at.length) {
            addOthers(row, values, at, known);
        }
        size++;
    }

    /// The holes, too: among the others no measure of the type may have been overlooked.
    private void addOthers(int row, Measures values, int[] at, int known) {
        if (known < measures.length) {
            var isThere = new boolean[measures.length];
            for (int place : at) {
                if (place >= 0) {
                    isThere[place] = true;
                }
            }
            for (int column = 0; column < isThere.length; column++) {
                measures[column][row] = isThere[column] ? measures[column][row] : HOLE;
            }
        }
        for (int i = 0; i < at.length; i++) {
            if (at[i] < 0) {
                if (others == otherRows.length) {
                    int capacity = Math.max(64, others * 2);
                    otherRows = Arrays.copyOf(otherRows, capacity);
                    otherNames = Arrays.copyOf(otherNames, capacity);
                    otherValues = Arrays.copyOf(otherValues, capacity);
                }
                otherRows[others] = row;
                otherNames[others] = values.name(i);
                otherValues[others++] = values.value(i);
            }
        }
    }

    private void grow() {
        int capacity = size * 2;
        thingOf = Arrays.copyOf(thingOf, capacity);
        epochs = Arrays.copyOf(epochs, capacity);
        seqs = Arrays.copyOf(seqs, capacity);
        takenAtMillis = Arrays.copyOf(takenAtMillis, capacity);
        arrivedAtMillis = Arrays.copyOf(arrivedAtMillis, capacity);
        for (int column = 0; column < measures.length; column++) {
            measures[column] = Arrays.copyOf(measures[column], capacity);
        }
    }

    /// Readings of a thing come together, mostly.
    private int number(String thing) {
        if (!thing.equals(lastThing)) {
            Integer number = thingNumbers.get(thing);
            if (number == null) {
                number = things.size();
                thingNumbers.put(thing, number);
                things.add(thing);
            }
            lastThing = thing;
            lastThingNumber = number;
        }
        return lastThingNumber;
    }

    public DeviceType type() {
        return type;
    }

    @Override
    public int size() {
        return size;
    }

    /// The things in the order of their first readings.
    public List<String> things() {
        return List.copyOf(things);
    }

    /// Where in [#things] the thing of a reading stands.
    public int thing(int row) {
        return thingOf[row];
    }

    /// See [ReadingId#epoch].
    public long epoch(int row) {
        return epochs[row];
    }

    /// See [ReadingId#seq].
    public long seq(int row) {
        return seqs[row];
    }

    /// See [Reading#takenAtMillis].
    public long takenAtMillis(int row) {
        return takenAtMillis[row];
    }

    /// See [Landed#arrivedAtMillis].
    public long arrivedAtMillis(int row) {
        return arrivedAtMillis[row];
    }

    /// @param measure its place in [DeviceType#measures]
    /// @return NaN if the reading has none
    public double measure(int measure, int row) {
        return measures[measure][row];
    }

    /// How many measures there are that the type does not know, of all readings.
    public int others() {
        return others;
    }

    /// The reading that has it; never less than that of the other before.
    public int otherRow(int other) {
        return otherRows[other];
    }

    /// Its name.
    public String otherName(int other) {
        return otherNames[other];
    }

    /// Its value.
    public double otherValue(int other) {
        return otherValues[other];
    }

    /// Puts a reading together again: for tests, not for the way that every reading takes.
    @Override
    public Landed get(int row) {
        if (row < 0 || row >= size) {
            throw new IndexOutOfBoundsException("row not in 0..%d: %d".formatted(size - 1, row));
        }
        var values = new TreeMap<String, Double>();
        for (int measure = 0; measure < measures.length; measure++) {
            if (!Double.isNaN(measures[measure][row])) {
                values.put(type.measures().get(measure).name(), measures[measure][row]);
            }
        }
        for (int other = 0; other < others; other++) {
            if (otherRows[other] == row) {
                values.put(otherNames[other], otherValues[other]);
            }
        }
        return new Landed(new Reading(new ReadingId(things.get(thingOf[row]), epochs[row], seqs[row]), takenAtMillis[row], values), arrivedAtMillis[row]);
    }
}
