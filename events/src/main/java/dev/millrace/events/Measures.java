package dev.millrace.events;

import static java.util.Objects.requireNonNull;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The values of a reading by measure name, in the order of the names: an immutable map that is two arrays. Readings
/// of one kind share the array of names, so a reading costs its values and little more.
///
/// Every name is one that [Names#requireMeasure] takes, every value is finite, and there is at least one.
// a sorted map, because that is what a reading promises; nobody navigates in six names
@SuppressWarnings("JdkObsolete")
public final class Measures extends AbstractMap<String, Double> implements SortedMap<String, Double> {
    /// Strictly ascending; never written after construction.
    private final String[] names;
    private final double[] values;

    /// Takes the arrays as they are.
    Measures(String[] names, double[] values) {
        this.names = names;
        this.values = values;
    }

    /// @throws IllegalArgumentException if a name or value is not valid, or if there is none; the message starts with `of`
    static Measures copyOf(Map<String, Double> measures, Object of) {
        if (measures instanceof Measures same) {
            return same;
        }
        var sorted = new TreeMap<String, Double>(measures);
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("reading has no measure: " + of);
        }
        var names = new String[sorted.size()];
        var values = new double[sorted.size()];
        int at = 0;
        for (Map.Entry<String, Double> measure : sorted.entrySet()) {
            names[at] = Names.requireMeasure(measure.getKey());
            values[at] = requireNonNull(measure.getValue(), "value is null");
            if (!Double.isFinite(values[at])) {
                throw new IllegalArgumentException("measure %s of %s is not finite: %s".formatted(names[at], of, values[at]));
            }
            at++;
        }
        return new Measures(names, values);
    }

    @Override
    public int size() {
        return names.length;
    }

    /// @param index 0 to [#size] - 1
    public String name(int index) {
        return names[index];
    }

    /// @param index 0 to [#size] - 1
    public double value(int index) {
        return values[index];
    }

    /// Whether the names are the very same array: then the same index is the same measure.
    @SuppressWarnings("ReferenceEquality") // that is the question
    boolean sharesNamesOf(Measures other) {
        return names == other.names;
    }

    /// Where a measure stands.
    ///
    /// @return its index, or a negative number if it is not there
    public int indexOf(String name) {
        for (int index = 0; index < names.length; index++) {
            if (names[index].equals(name)) {
                return index;
            }
        }
        return -1;
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof String name && indexOf(name) >= 0;
    }

    @Override
    public Double get(Object key) {
        int index = key instanceof String name ? indexOf(name) : -1;
        return index < 0 ? null : values[index];
    }

    @Override
    public Set<Entry<String, Double>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return names.length;
            }

            @Override
            public Iterator<Entry<String, Double>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, Double>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < names.length;
        }

        @Override
        public Entry<String, Double> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Entry<String, Double> entry = Map.entry(names[next], values[next]);
            next++;
            return entry;
        }
    }

    /// Natural order of the names.
    @Override
    public Comparator<? super String> comparator() {
        return null;
    }

    @Override
    public SortedMap<String, Double> subMap(String from, String to) {
        return new TreeMap<>(this).subMap(from, to);
    }

    @Override
    public SortedMap<String, Double> headMap(String to) {
        return new TreeMap<>(this).headMap(to);
    }

    @Override
    public SortedMap<String, Double> tailMap(String from) {
        return new TreeMap<>(this).tailMap(from);
    }

    @Override
    public String firstKey() {
        return names[0];
    }

    @Override
    public String lastKey() {
        return names[names.length - 1];
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Measures other
                ? Arrays.equals(names, other.names) && Arrays.equals(values, other.values)
                : super.equals(object);
    }

    /// As [Map#hashCode] wants it.
    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
