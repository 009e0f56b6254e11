package dev.millrace.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Names that are seen again and again: things, types, measures. One that is in the cache is not made anew and keeps its
/// hash; one that is not is made and takes the place of the last one of its slot. Safe for many threads: they may
/// overwrite each other, and a lost name is only made again.
public final class NameCache {
    private static final int SLOTS = 1 << 13;

    private final String[] names = new String[SLOTS];

    /// @param bytes plain ASCII between `from` and `to`
    public String of(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
        String known = names[slot];
        if (known != null && known.length() == to - from && isSame(known, bytes, from)) {
            return known;
        }
        var name = new String(bytes, from, to - from, ISO_8859_1);
        names[slot] = name;
        return name;
    }

    private static boolean isSame(String known, byte[] bytes, int from) {
        for (int i = 0; i < known.length(); i++) {
            if (known.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
