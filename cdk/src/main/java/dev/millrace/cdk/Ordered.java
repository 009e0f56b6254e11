package dev.millrace.cdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Maps that keep the order in which they are written. `Map.of` iterates in an order that changes from one JVM to
/// the next, and with it the bytes of the template.
final class Ordered {
    private Ordered() {
    }

    static <V> Map<String, V> map(String key, V value) {
        return Collections.singletonMap(key, value);
    }

    /// @param rest further keys and values in turn; every value is a `V` of the caller's choice
    /// @throws IllegalArgumentException if a key has no value, is no string or is there twice
    static Map<String, Object> map(String key, Object value, Object... rest) {
        if (rest.length % 2 != 0) {
            throw new IllegalArgumentException("key without value: " + rest[rest.length - 1]);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        for (int i = 0; i < rest.length; i += 2) {
            if (!(rest[i] instanceof String name) || map.put(name, rest[i + 1]) != null) {
                throw new IllegalArgumentException("key is no string or there twice: " + rest[i]);
            }
        }
        return Collections.unmodifiableMap(map);
    }

    /// @param keysAndValues keys and values in turn
    static Map<String, String> strings(String... keysAndValues) {
        if (keysAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("key without value: " + keysAndValues[keysAndValues.length - 1]);
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            if (map.put(keysAndValues[i], keysAndValues[i + 1]) != null) {
                throw new IllegalArgumentException("key is there twice: " + keysAndValues[i]);
            }
        }
        return Collections.unmodifiableMap(map);
    }
}
