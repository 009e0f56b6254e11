package dev.millrace.events;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Protobuf v1, as `pack.v1.proto` describes it. Written on the wire format by hand: the message is flat, and no
/// runtime of 2 MB starts with the function.
final class ProtobufV1 implements PackCodec {
    /// The tag of `version`: field 1, a variable-length integer.
    static final byte FIRST_BYTE = 1 << 3 | ProtobufReader.VARINT;
    static final int VERSION = 1;

    @Override
    public String contentType() {
        return "application/x-protobuf";
    }

    @Override
    public byte[] encode(Pack pack) {
        List<Reading> readings = pack.readings();
        SortedSet<String> dictionary = new TreeSet<>();
        for (Reading reading : readings) {
            requireFits(reading);
            dictionary.addAll(reading.measures().keySet());
        }
        var out = new ProtobufWriter(64 + 64 * readings.size());
        out.number(ProtobufPack.VERSION, VERSION);
        out.text(ProtobufPack.TYPE, pack.type());
        out.text(ProtobufPack.DEVICE, pack.thing());
        out.number(ProtobufPack.EPOCH, pack.epoch());
        encodeSteps(readings, out);
        dictionary.forEach(measure -> out.text(ProtobufPack.MEASURES, measure));
        encodeValues(readings, dictionary, out);
        return out.toBytes();
    }

    private static void requireFits(Reading reading) {
        if (reading.measures().size() > MEASURES_MAX) {
            throw new IllegalArgumentException("more than %d measures in a reading: %s".formatted(MEASURES_MAX, reading.id()));
        }
    }

    private static void encodeSteps(List<Reading> readings, ProtobufWriter out) {
        var seqSteps = new ProtobufWriter(readings.size());
        var tsSteps = new ProtobufWriter(2 * readings.size());
        boolean isGapless = true;
        for (int i = 1; i < readings.size(); i++) {
            Reading before = readings.get(i - 1);
            Reading reading = readings.get(i);
            long seqStep = reading.id().seq() - before.id().seq();
            isGapless &= seqStep == 1;
            seqSteps.zigzag(seqStep);
            tsSteps.zigzag(reading.takenAtMillis() - before.takenAtMillis());
        }
        out.number(ProtobufPack.SEQ, readings.getFirst().id().seq());
        if (!isGapless) {
            out.bytes(ProtobufPack.SEQ_STEPS, seqSteps.toBytes());
        }
        out.number(ProtobufPack.TS, readings.getFirst().takenAtMillis());
        if (readings.size() > 1) {
            out.bytes(ProtobufPack.TS_STEPS, tsSteps.toBytes());
        }
    }

    private static void encodeValues(List<Reading> readings, SortedSet<String> dictionary, ProtobufWriter out) {
        var presence = new BitSet(readings.size() * dictionary.size());
        var values = new ProtobufWriter(Double.BYTES * readings.size() * dictionary.size());
        int bit = 0;
        for (Reading reading : readings) {
            for (String measure : dictionary) {
                Double value = reading.measures().get(measure);
                if (value != null) {
                    presence.set(bit);
                    values.fixedDouble(value);
                }
                bit++;
            }
        }
        if (presence.cardinality() < bit) {
            out.bytes(ProtobufPack.PRESENCE, Arrays.copyOf(presence.toByteArray(), (bit + Byte.SIZE - 1) / Byte.SIZE));
        }
        out.bytes(ProtobufPack.VALUES, values.toBytes());
    }

    @Override
    public Decoded decode(byte[] payload) {
        if (payload.length > Pack.BYTES_MAX) {
            return new Decoded.Malformed("payload has %d bytes, more than %d".formatted(payload.length, Pack.BYTES_MAX));
        }
        if (payload.length == 0 || payload[0] != FIRST_BYTE) {
            return new Decoded.Malformed("payload must begin with field version, byte 0x08: %s".formatted(
                    payload.length == 0 ? "nothing" : "0x%02x".formatted(payload[0])));
        }
        try {
            var in = new ProtobufReader(payload);
            in.tag();
            long version = in.varint();
            if (version != VERSION) {
                return new Decoded.UnknownVersion(Long.toUnsignedString(version));
            }
            return new Decoded.Telemetry(ProtobufPack.read(in).toPack());
        } catch (ProtobufReader.Wrong | IllegalArgumentException e) {
            return new Decoded.Malformed(e.getMessage());
        }
    }
}
