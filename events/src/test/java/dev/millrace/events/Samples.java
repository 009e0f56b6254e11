package dev.millrace.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The payloads in `samples/`, for the tests of every side that speaks the format, so that all agree on the same bytes.
public final class Samples {
    private static final List<String> VALID = List.of("environment-single", "environment-pack", "truck-single", "truck-unknown-measure-any-order");
    private static final List<String> INVALID = List.of("nan", "infinite", "duplicate-key", "trailing-garbage", "quoted-number", "seq-zero",
            "no-measure", "thing-name", "empty-pack", "single-and-pack", "cut-off", "unknown-member", "no-version", "not-utf8", "empty", "deep");

    /// @param name the file's name without folder and ending
    public record Sample(String name, byte[] payload) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Samples() {
    }

    public static List<Sample> valid() {
        return load("valid", VALID);
    }

    public static List<Sample> invalid() {
        return load("invalid", INVALID);
    }

    public static Sample valid(String name) {
        return load("valid", List.of(name)).getFirst();
    }

    private static List<Sample> load(String folder, List<String> names) {
        List<Sample> samples = new ArrayList<>();
        for (String name : names) {
            String file = "samples/" + folder + "/" + name + ".json";
            try (InputStream in = Samples.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("sample is not on the class path: " + file);
                }
                samples.add(new Sample(name, in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(file, e);
            }
        }
        return samples;
    }
}
