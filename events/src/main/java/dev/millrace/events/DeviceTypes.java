package dev.millrace.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The device types that a release knows, by name.
public final class DeviceTypes {
    private static final List<String> SHIPPED = List.of("environment", "machine", "truck");

    private final Map<String, DeviceType> byName = new TreeMap<>();

    private DeviceTypes(Collection<DeviceType> types) {
        for (DeviceType type : types) {
            if (byName.put(type.name(), type) != null) {
                throw new IllegalArgumentException("device type %s is there twice".formatted(type.name()));
            }
        }
    }

    public static DeviceTypes of(DeviceType... types) {
        return new DeviceTypes(List.of(types));
    }

    /// The types in the files `device-types/*.v1.json` beside this class.
    public static DeviceTypes shipped() {
        return Shipped.TYPES;
    }

    /// Read when they are first asked for.
    private static final class Shipped {
        private static final DeviceTypes TYPES = readShipped();
    }

    private static DeviceTypes readShipped() {
        List<DeviceType> types = new ArrayList<>();
        for (String name : SHIPPED) {
            String file = "device-types/" + name + ".v1.json";
            try (InputStream json = DeviceTypes.class.getResourceAsStream(file)) {
                if (json == null) {
                    throw new IllegalStateException("device type file is not on the class path: " + file);
                }
                DeviceType type = parse(file, json);
                if (!type.name().equals(name)) {
                    throw new IllegalArgumentException("%s: member name must be '%s': %s".formatted(file, name, Names.shown(type.name())));
                }
                types.add(type);
            } catch (IOException e) {
                throw new UncheckedIOException(file, e);
            }
        }
        return new DeviceTypes(types);
    }

    /// Reads one device type.
    ///
    /// @param file names the source in every error
    /// @throws IllegalArgumentException if it is not JSON of the expected shape
    public static DeviceType parse(String file, InputStream in) {
        try (JsonParser json = new JsonFactory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature()).createParser(in)) {
            return new DeviceTypeFile(json).read();
        } catch (IOException | DateTimeParseException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    public Optional<DeviceType> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// @throws IllegalArgumentException if there is no such type; the message lists those that there are
    public DeviceType require(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(
                "unknown device type %s, expected one of %s".formatted(Names.shown(name), byName.keySet())));
    }

    /// All types in the order of their names.
    public Collection<DeviceType> all() {
        return List.copyOf(byName.values());
    }

    /// Reads one file: `{"name":…,"title":…,"pane":"PT1M","allowed_lateness":"PT10M","max_age":"P30D","max_skew":"PT5M",
    /// "measures":[{"name":…,"unit":…,"min":…,"max":…,"retired":true},…]}`; every member but `retired` is required, no other is
    /// allowed.
    private record DeviceTypeFile(JsonParser json) {
        DeviceType read() throws IOException {
            expect(json.nextToken(), JsonToken.START_OBJECT, "file");
            Map<String, String> texts = new TreeMap<>();
            List<DeviceType.Measure> measures = List.of();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                JsonToken token = json.nextToken();
                if (member.equals("measures")) {
                    expect(token, JsonToken.START_ARRAY, member);
                    measures = readMeasures();
                } else {
                    expect(token, JsonToken.VALUE_STRING, member);
                    texts.put(member, json.getText());
                }
            }
            DeviceType type = new DeviceType(take(texts, "name"), take(texts, "title"), measures,
                    Duration.parse(take(texts, "pane")), Duration.parse(take(texts, "allowed_lateness")),
                    Duration.parse(take(texts, "max_age")), Duration.parse(take(texts, "max_skew")));
            refuseRest(texts);
            return type;
        }

        private List<DeviceType.Measure> readMeasures() throws IOException {
            List<DeviceType.Measure> measures = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(json.currentToken(), JsonToken.START_OBJECT, "measures element");
                Map<String, String> members = new TreeMap<>();
                boolean isRetired = false;
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String member = json.currentName();
                    JsonToken token = json.nextToken();
                    if (member.equals("retired")) {
                        expect(token, JsonToken.VALUE_TRUE, member);
                        isRetired = true;
                    } else {
                        members.put(member, json.getText());
                    }
                }
                measures.add(new DeviceType.Measure(take(members, "name"), take(members, "unit"),
                        Double.parseDouble(take(members, "min")), Double.parseDouble(take(members, "max")), isRetired));
                refuseRest(members);
            }
            return measures;
        }

        private static void expect(JsonToken found, JsonToken expected, String where) {
            if (found != expected) {
                throw new IllegalArgumentException("%s must be %s: %s".formatted(where, expected, found));
            }
        }

        private static String take(Map<String, String> members, String name) {
            String value = members.remove(name);
            if (value == null) {
                throw new IllegalArgumentException("member %s is missing".formatted(name));
            }
            return value;
        }

        private static void refuseRest(Map<String, String> members) {
            if (!members.isEmpty()) {
                throw new IllegalArgumentException("unknown members " + members.keySet());
            }
        }
    }
}
