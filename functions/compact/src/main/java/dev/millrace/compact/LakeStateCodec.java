package dev.millrace.compact;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.millrace.pipeline.Ledger;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// A [LakeState] as bytes: `MLS1`, length and CRC-32C of the content, the content compressed with zstd. Numbers are
/// LEB128, intervals the steps between their bounds, keys what they do not share with the one before.
final class LakeStateCodec {
    private static final int MAGIC = 0x4d4c5331;
    private static final int HEAD = 12;
    private static final int CONTENT_MAX = 1 << 30;

    private LakeStateCodec() {
    }

    static byte[] encode(LakeState state) {
        var content = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(content)) {
            number(out, state.generation());
            number(out, state.completeToMillis());
            out.writeUTF(state.finalBefore());
            keys(out, state.consumed());
            keys(out, state.lastConsumed());
            number(out, state.ledgers().size());
            for (Map.Entry<String, ? extends Map<Long, Ledger>> thing : state.ledgers().entrySet()) {
                out.writeUTF(thing.getKey());
                number(out, thing.getValue().size());
                for (Map.Entry<Long, Ledger> epoch : thing.getValue().entrySet()) {
                    number(out, epoch.getKey());
                    ledger(out, epoch.getValue());
                }
            }
            number(out, state.panes().size());
            for (Map.Entry<String, Ledger> thing : state.panes().entrySet()) {
                out.writeUTF(thing.getKey());
                ledger(out, thing.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] plain = content.toByteArray();
        byte[] packed = Zstd.compress(plain);
        var crc = new CRC32C();
        crc.update(plain);
        return ByteBuffer.allocate(HEAD + packed.length).putInt(MAGIC).putInt(plain.length).putInt((int) crc.getValue()).put(packed).array();
    }

    /// @param name of the file in errors
    /// @throws IOException if these are not the bytes of a state, whole and unchanged
    static LakeState decode(String name, byte[] bytes) throws IOException {
        if (bytes.length < HEAD) {
            throw new IOException("%s is not the state of a table: %d bytes".formatted(name, bytes.length));
        }
        ByteBuffer head = ByteBuffer.wrap(bytes);
        int magic = head.getInt();
        int length = head.getInt();
        int expected = head.getInt();
        if (magic != MAGIC || length < 0 || length > CONTENT_MAX) {
            throw new IOException("%s is not the state of a table: it begins with %08x".formatted(name, magic));
        }
        byte[] plain = new byte[length];
        try {
            long unpacked = Zstd.decompressByteArray(plain, 0, length, bytes, HEAD, bytes.length - HEAD);
            var crc = new CRC32C();
            crc.update(plain);
            if (unpacked != length || (int) crc.getValue() != expected) {
                throw new IOException("%s is damaged: its checksum is not that of its content".formatted(name));
            }
            return read(new DataInputStream(new ByteArrayInputStream(plain)));
        } catch (ZstdException | IllegalArgumentException e) {
            throw new IOException("%s is damaged: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static LakeState read(DataInputStream in) throws IOException {
        var state = new LakeState();
        state.setGeneration(number(in));
        state.setCompleteToMillis(number(in));
        state.setFinalBefore(in.readUTF());
        state.consumed().addAll(keys(in));
        state.lastConsumed().addAll(keys(in));
        long things = number(in);
        for (long i = 0; i < things; i++) {
            String thing = in.readUTF();
            long epochs = number(in);
            Map<Long, Ledger> ledgers = state.ledgersOf(thing);
            for (long j = 0; j < epochs; j++) {
                ledgers.put(number(in), ledger(in));
            }
        }
        long waiting = number(in);
        Map<String, Ledger> panes = new TreeMap<>();
        for (long i = 0; i < waiting; i++) {
            panes.put(in.readUTF(), ledger(in));
        }
        state.panes().putAll(panes);
        return state;
    }

    private static void keys(DataOutputStream out, SortedSet<String> keys) throws IOException {
        number(out, keys.size());
        String before = "";
        for (String key : keys) {
            int shared = sharedLength(before, key);
            number(out, shared);
            out.writeUTF(key.substring(shared));
            before = key;
        }
    }

    private static int sharedLength(String a, String b) {
        int length = 0;
        while (length < a.length() && length < b.length() && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return length;
    }

    private static Collection<String> keys(DataInputStream in) throws IOException {
        long size = number(in);
        List<String> keys = new ArrayList<>();
        String before = "";
        for (long i = 0; i < size; i++) {
            before = before.substring(0, (int) number(in)) + in.readUTF();
            keys.add(before);
        }
        return keys;
    }

    private static void ledger(DataOutputStream out, Ledger ledger) throws IOException {
        List<Ledger.Interval> intervals = ledger.intervals();
        number(out, intervals.size());
        long before = 0;
        for (Ledger.Interval interval : intervals) {
            number(out, interval.first() - before);
            number(out, interval.last() - interval.first());
            before = interval.last();
        }
    }

    private static Ledger ledger(DataInputStream in) throws IOException {
        long size = number(in);
        List<Ledger.Interval> intervals = new ArrayList<>();
        long before = 0;
        for (long i = 0; i < size; i++) {
            long first = before + number(in);
            before = first + number(in);
            intervals.add(new Ledger.Interval(first, before));
        }
        return LakeState.ledgerOf(intervals);
    }

    private static void number(DataOutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long number(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte part = in.readByte();
            value |= (part & 0x7fL) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IOException("number of more than 64 bits");
    }
}
