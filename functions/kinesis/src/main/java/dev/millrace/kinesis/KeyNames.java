package dev.millrace.kinesis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// The partition keys of one event. Things repeat within it, so each name is made once: all records of a thing then
/// share one string, which also keeps its hash.
final class KeyNames {
    private static final int HASH_FACTOR = 31;

    /// A hash table with linear probing, at most half full.
    private String[] names = new String[1 << 9];
    private int count;

    /// @param bytes plain ASCII between `from` and `to`
    String of(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        if (names[slot] == null) {
            if (2 * count >= names.length) {
                grow();
                slot = slot(bytes, from, to);
            }
            names[slot] = new String(bytes, from, to - from, ISO_8859_1);
            count++;
        }
        return names[slot];
    }

    /// Where the name is, or where it is to be.
    private int slot(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * HASH_FACTOR + bytes[i];
        }
        int slot = spread(hash);
        while (names[slot] != null && !isSame(names[slot], bytes, from, to)) {
            slot = slot + 1 & names.length - 1;
        }
        return slot;
    }

    /// The hash of a string of ASCII is that of its bytes, see [String#hashCode].
    private int spread(int hash) {
        return (hash ^ hash >>> 16) & names.length - 1;
    }

    private static boolean isSame(String name, byte[] bytes, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = name.length() - 1; i >= 0; i--) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        String[] before = names;
        names = new String[before.length * 2];
        for (String name : before) {
            if (name != null) {
                int slot = spread(name.hashCode());
                while (names[slot] != null) {
                    slot = slot + 1 & names.length - 1;
                }
                names[slot] = name;
            }
        }
    }
}
