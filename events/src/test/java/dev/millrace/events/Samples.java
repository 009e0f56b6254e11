package dev.millrace.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The payloads in `samples/`, for the tests of every side that speaks the formats, so that all agree on the same bytes.
public final class Samples {
    private static final List<String> VALID = List.of("environment-single", "environment-pack", "truck-single", "truck-unknown-measure-any-order");
    private static final List<String> INVALID = List.of("nan", "infinite", "duplicate-key", "trailing-garbage", "quoted-number", "seq-zero",
            "no-measure", "thing-name", "empty-pack", "single-and-pack", "cut-off", "unknown-member", "no-version", "not-utf8", "overlong-utf8", "empty",
            "deep", "number-400-digits", "seq-huge", "duplicate-measure");
    private static final List<String> VALID_PROTOBUF = List.of("environment-single", "environment-pack", "truck-single", "truck-gaps", "newer-device");
    private static final List<String> INVALID_PROTOBUF = List.of("nan", "infinite", "seq-zero", "epoch-too-large", "no-measure", "thing-name",
            "measure-twice", "value-missing", "value-too-many", "presence-short", "presence-padding", "seq-steps-missing", "seq-back-to-zero",
            "seq-overflow", "ts-negative", "cut-off", "trailing-garbage", "two-packs", "version-last", "group", "length-huge", "integer-overlong",
            "field-zero", "wire-type", "not-utf8", "empty");

    /// @param name the file's name without folder and ending
    public record Sample(String name, byte[] payload) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Samples() {
    }

    /// JSON.
    public static List<Sample> valid() {
        return load("valid", VALID, ".json");
    }

    /// JSON.
    public static List<Sample> invalid() {
        return load("invalid", INVALID, ".json");
    }

    /// JSON.
    public static Sample valid(String name) {
        return load("valid", List.of(name), ".json").getFirst();
    }

    public static List<Sample> validProtobuf() {
        return load("valid", VALID_PROTOBUF, ".pb");
    }

    public static List<Sample> invalidProtobuf() {
        return load("invalid", INVALID_PROTOBUF, ".pb");
    }

    public static Sample validProtobuf(String name) {
        return load("valid", List.of(name), ".pb").getFirst();
    }

    private static List<Sample> load(String folder, List<String> names, String ending) {
        List<Sample> samples = new ArrayList<>();
        for (String name : names) {
            String file = "samples/" + folder + "/" + name + ending;
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
