package dev.millrace.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The fields of a Protobuf payload as they come, in any order; what they mean is in `pack.v1.proto`. Nothing here
/// grows beyond a small multiple of the payload.
final class ProtobufPack {
    static final int VERSION = 1;
    static final int TYPE = 2;
    static final int DEVICE = 3;
    static final int EPOCH = 4;
    static final int SEQ = 5;
    static final int SEQ_STEPS = 6;
    static final int TS = 7;
    static final int TS_STEPS = 8;
    static final int MEASURES = 9;
    static final int PRESENCE = 10;
    static final int VALUES = 11;

    /// The longest name, that of a thing, has as many.
    private static final int NAME_BYTES_MAX = 128;

    private final Set<String> measures = new LinkedHashSet<>();
    private final Steps seqSteps = new Steps();
    private final Steps tsSteps = new Steps();
    private double[] values = new double[64];
    private int valuesCount;
    private String type = "";
    private String device = "";
    private long epoch;
    private long seq;
    private long ts;
    private byte[] presence = {};
    /// A bit for each field that may come only once and has come.
    private long seen = 1L << VERSION;

    /// Distances between neighbours, one fewer than there are readings.
    private static final class Steps {
        private long[] steps = new long[16];
        private int count;

        void add(long step) throws ProtobufReader.Wrong {
            if (count == Pack.READINGS_MAX - 1) {
                throw new ProtobufReader.Wrong("more than %d readings".formatted(Pack.READINGS_MAX));
            }
            if (count == steps.length) {
                steps = Arrays.copyOf(steps, 2 * count);
            }
            steps[count++] = step;
        }

        long next(int step, long value) throws ProtobufReader.Wrong {
            long next = value + steps[step];
            if (((value ^ next) & (steps[step] ^ next)) < 0) {
                throw new ProtobufReader.Wrong("step %d from %d is out of 64 bits".formatted(steps[step], value));
            }
            return next;
        }
    }

    private ProtobufPack() {
    }

    /// @param in behind the version
    static ProtobufPack read(ProtobufReader in) throws ProtobufReader.Wrong {
        var pack = new ProtobufPack();
        while (in.hasMore()) {
            pack.readField(in);
        }
        return pack;
    }

    private void readField(ProtobufReader in) throws ProtobufReader.Wrong {
        ProtobufReader.Tag tag = in.tag();
        switch (tag.field()) {
            case VERSION, EPOCH, SEQ, TS -> readNumber(tag, in);
            case TYPE, DEVICE, PRESENCE -> readOnce(tag, in);
            case SEQ_STEPS -> readSteps(tag, in, seqSteps);
            case TS_STEPS -> readSteps(tag, in, tsSteps);
            case MEASURES -> {
                tag.require(ProtobufReader.BLOCK);
                String measure = Names.requireMeasure(in.text(NAME_BYTES_MAX));
                if (!measures.add(measure)) {
                    throw new ProtobufReader.Wrong("measure %s comes twice".formatted(Names.shown(measure)));
                }
            }
            case VALUES -> readValues(tag, in);
            default -> in.skip(tag);
        }
    }

    private void readNumber(ProtobufReader.Tag tag, ProtobufReader in) throws ProtobufReader.Wrong {
        tag.require(ProtobufReader.VARINT);
        requireFirst(tag);
        long value = in.varint();
        switch (tag.field()) {
            case EPOCH -> epoch = value;
            case SEQ -> seq = value;
            default -> ts = value;
        }
    }

    private void readOnce(ProtobufReader.Tag tag, ProtobufReader in) throws ProtobufReader.Wrong {
        tag.require(ProtobufReader.BLOCK);
        requireFirst(tag);
        switch (tag.field()) {
            case TYPE -> type = in.text(NAME_BYTES_MAX);
            case DEVICE -> device = in.text(NAME_BYTES_MAX);
            default -> presence = in.bytes();
        }
    }

    /// proto3 readers take the last of many; here two are a sign that something glued payloads together.
    private void requireFirst(ProtobufReader.Tag tag) throws ProtobufReader.Wrong {
        long bit = 1L << tag.field();
        if ((seen & bit) != 0) {
            throw new ProtobufReader.Wrong("field %d comes twice".formatted(tag.field()));
        }
        seen |= bit;
    }

    private static void readSteps(ProtobufReader.Tag tag, ProtobufReader in, Steps steps) throws ProtobufReader.Wrong {
        if (tag.wireType() == ProtobufReader.VARINT) {
            steps.add(in.zigzag());
            return;
        }
        tag.require(ProtobufReader.BLOCK);
        ProtobufReader packed = in.block();
        while (packed.hasMore()) {
            steps.add(packed.zigzag());
        }
    }

    private void readValues(ProtobufReader.Tag tag, ProtobufReader in) throws ProtobufReader.Wrong {
        if (tag.wireType() == ProtobufReader.FIXED64) {
            addValue(in.fixedDouble());
            return;
        }
        tag.require(ProtobufReader.BLOCK);
        ProtobufReader packed = in.block();
        while (packed.hasMore()) {
            addValue(packed.fixedDouble());
        }
    }

    private void addValue(double value) {
        if (valuesCount == values.length) {
            values = Arrays.copyOf(values, 2 * valuesCount);
        }
        values[valuesCount++] = value;
    }

    /// @throws IllegalArgumentException if a name or a value is not what a reading may have
    Pack toPack() throws ProtobufReader.Wrong {
        Names.requireType(type);
        Names.requireThing(device);
        if (seqSteps.count != 0 && seqSteps.count != tsSteps.count) {
            throw new ProtobufReader.Wrong("%d steps of seq, expected none or %d as of ts".formatted(seqSteps.count, tsSteps.count));
        }
        String[] names = measures.toArray(String[]::new);
        BitSet present = present(1 + tsSteps.count, names.length);
        List<Reading> readings = new ArrayList<>(1 + tsSteps.count);
        int value = 0;
        for (int i = 0; i <= tsSteps.count; i++) {
            if (i > 0) {
                seq = seqSteps.count == 0 ? seq + 1 : seqSteps.next(i - 1, seq);
                ts = tsSteps.next(i - 1, ts);
            }
            SortedMap<String, Double> measured = new TreeMap<>();
            int end = (i + 1) * names.length;
            for (int bit = present.nextSetBit(i * names.length); bit >= 0 && bit < end; bit = present.nextSetBit(bit + 1)) {
                measured.put(names[bit - i * names.length], values[value++]);
            }
            if (measured.size() > PackCodec.MEASURES_MAX) {
                throw new ProtobufReader.Wrong("more than %d measures in a reading".formatted(PackCodec.MEASURES_MAX));
            }
            readings.add(new Reading(new ReadingId(device, epoch, seq), ts, measured));
        }
        return new Pack(device, type, epoch, readings);
    }

    /// Which reading has which measure; as many bits as there are values.
    private BitSet present(int readings, int names) throws ProtobufReader.Wrong {
        long places = (long) readings * names;
        BitSet present;
        if (presence.length == 0) {
            requireAsManyValues(places);
            present = new BitSet();
            present.set(0, (int) places);
        } else {
            if (presence.length != (places + Byte.SIZE - 1) / Byte.SIZE) {
                throw new ProtobufReader.Wrong("presence has %d bytes, expected a bit for each of %d measures of %d readings".formatted(
                        presence.length, names, readings));
            }
            present = BitSet.valueOf(presence);
            requireAsManyValues(present.cardinality());
            if (present.length() > places) {
                throw new ProtobufReader.Wrong("presence has bits after its end");
            }
        }
        return present;
    }

    private void requireAsManyValues(long expected) throws ProtobufReader.Wrong {
        if (valuesCount != expected) {
            throw new ProtobufReader.Wrong("%d values, expected %d".formatted(valuesCount, expected));
        }
    }
}
