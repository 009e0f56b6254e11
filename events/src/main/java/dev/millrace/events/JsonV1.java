package dev.millrace.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// JSON v1. One reading:
/// `{"v":1,"type":"truck","device":"truck-1","epoch":3,"seq":17,"ts":1795000001000,"m":{"rpm":1400}}`,
/// or a pack with the same head and `"readings":[{"seq":..,"ts":..,"m":{..}},…]`. Strict: an unknown member,
/// a member twice, a number in quotes or a byte after the end makes the payload malformed, so that no
/// device believes to send what nobody reads. Only measures are open: unknown ones are kept.
final class JsonV1 implements PackCodec {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8).maxStringLength(1_024).maxNumberLength(64).maxNameLength(256).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /// The payload is wrong for the reason that the message gives.
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String reason) {
            super(reason, null, false, false);
        }
    }

    /// The members of a payload as far as they have come; they may come in any order.
    private static final class Head {
        String version;
        String type;
        String device;
        long epoch = -1;
        Sample single = new Sample();
        List<Sample> samples;
    }

    private static final class Sample {
        long seq = -1;
        long ts = -1;
        SortedMap<String, Double> measures;
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] encode(Pack pack) {
        var bytes = new ByteArrayOutputStream(64 + 96 * pack.readings().size());
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("v", 1);
            json.writeStringField("type", pack.type());
            json.writeStringField("device", pack.thing());
            json.writeNumberField("epoch", pack.epoch());
            if (pack.readings().size() == 1) {
                encode(pack.readings().getFirst(), json);
            } else {
                json.writeArrayFieldStart("readings");
                for (Reading reading : pack.readings()) {
                    json.writeStartObject();
                    encode(reading, json);
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void encode(Reading reading, JsonGenerator json) throws IOException {
        if (reading.measures().size() > MEASURES_MAX) {
            throw new IllegalArgumentException("more than %d measures in a reading: %s".formatted(MEASURES_MAX, reading.id()));
        }
        json.writeNumberField("seq", reading.id().seq());
        json.writeNumberField("ts", reading.takenAtMillis());
        json.writeObjectFieldStart("m");
        for (Map.Entry<String, Double> measure : reading.measures().entrySet()) {
            json.writeNumberField(measure.getKey(), measure.getValue());
        }
        json.writeEndObject();
    }

    private final JsonV1Fast fast = new JsonV1Fast();

    @Override
    public Decoded decode(byte[] payload) {
        Pack pack = fast.decode(payload);
        return pack == null ? decodeStrictly(payload) : new Decoded.Telemetry(pack);
    }

    /// The reference: reads everything, and says what is wrong.
    static Decoded decodeStrictly(byte[] payload) {
        if (payload.length > Pack.BYTES_MAX) {
            return new Decoded.Malformed("payload has %d bytes, more than %d".formatted(payload.length, Pack.BYTES_MAX));
        }
        if (!isUtf8(payload)) {
            return new Decoded.Malformed("payload is not UTF-8");
        }
        try (JsonParser json = JSON.createParser(payload)) {
            Head head = readHead(json);
            if (head.version == null) {
                return new Decoded.Malformed("member v is missing");
            }
            if (!head.version.equals("1")) {
                return new Decoded.UnknownVersion(head.version);
            }
            return new Decoded.Telemetry(toPack(head));
        } catch (Wrong e) {
            return new Decoded.Malformed(e.getMessage());
        } catch (JsonParseException e) {
            return new Decoded.Malformed("not JSON: " + bounded(e.getOriginalMessage()));
        } catch (IOException | IllegalArgumentException e) {
            return new Decoded.Malformed(bounded(e.getMessage()));
        }
    }

    /// Jackson passes over some overlong forms and lone surrogates; the JDK's decoder does not.
    private static boolean isUtf8(byte[] payload) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static String bounded(String message) {
        String line = message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }

    /// A newer version may hold members that we do not know: they are wrong only in version 1, so the
    /// complaint about the first one waits until the version is known.
    private static Head readHead(JsonParser json) throws IOException, Wrong {
        expect(json.nextToken(), JsonToken.START_OBJECT, "payload");
        var head = new Head();
        String unknown = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            JsonToken token = json.nextToken();
            boolean foreign = head.version != null && !head.version.equals("1");
            switch (foreign ? "" : member) {
                case "v" -> head.version = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING
                        ? json.getText() : json.currentToken().name();
                case "type" -> head.type = text(json, member);
                case "device" -> head.device = text(json, member);
                case "epoch" -> head.epoch = whole(json, member);
                case "seq", "ts", "m" -> readSampleMember(json, member, head.single);
                case "readings" -> head.samples = readSamples(json);
                default -> {
                    unknown = unknown == null ? member : unknown;
                    json.skipChildren();
                }
            }
        }
        if (json.nextToken() != null) {
            throw new Wrong("bytes after the end of the payload");
        }
        if (unknown != null && "1".equals(head.version)) {
            throw new Wrong("unknown member " + Names.shown(unknown));
        }
        return head;
    }

    private static List<Sample> readSamples(JsonParser json) throws IOException, Wrong {
        expect(json.currentToken(), JsonToken.START_ARRAY, "readings");
        List<Sample> samples = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.START_OBJECT, "readings element");
            if (samples.size() == Pack.READINGS_MAX) {
                throw new Wrong("more than %d readings".formatted(Pack.READINGS_MAX));
            }
            var sample = new Sample();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                readSampleMember(json, member, sample);
            }
            samples.add(sample);
        }
        return samples;
    }

    private static void readSampleMember(JsonParser json, String member, Sample sample) throws IOException, Wrong {
        switch (member) {
            case "seq" -> sample.seq = whole(json, member);
            case "ts" -> sample.ts = whole(json, member);
            case "m" -> sample.measures = readMeasures(json);
            default -> throw new Wrong("unknown member " + Names.shown(member));
        }
    }

    private static SortedMap<String, Double> readMeasures(JsonParser json) throws IOException, Wrong {
        expect(json.currentToken(), JsonToken.START_OBJECT, "m");
        SortedMap<String, Double> measures = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
                throw new Wrong("measure %s must be a number: %s".formatted(Names.shown(name), token));
            }
            if (measures.size() == MEASURES_MAX) {
                throw new Wrong("more than %d measures in a reading".formatted(MEASURES_MAX));
            }
            measures.put(name, json.getDoubleValue());
        }
        return measures;
    }

    private static Pack toPack(Head head) throws Wrong {
        boolean hasSingle = head.single.seq != -1 || head.single.ts != -1 || head.single.measures != null;
        if (hasSingle == (head.samples != null)) {
            throw new Wrong("expected either seq, ts and m, or readings: got " + (hasSingle ? "both" : "neither"));
        }
        Names.requireType(required(head.type, "type"));
        Names.requireThing(required(head.device, "device"));
        requirePresent(head.epoch, "epoch");
        List<Reading> readings = new ArrayList<>();
        for (Sample sample : hasSingle ? List.of(head.single) : head.samples) {
            requirePresent(sample.seq, "seq");
            requirePresent(sample.ts, "ts");
            var id = new ReadingId(head.device, head.epoch, sample.seq);
            readings.add(new Reading(id, sample.ts, required(sample.measures, "m")));
        }
        return new Pack(head.device, head.type, head.epoch, readings);
    }

    private static void expect(JsonToken found, JsonToken expected, String where) throws Wrong {
        if (found != expected) {
            throw new Wrong("%s must be %s: %s".formatted(where, expected, found == null ? "nothing" : found));
        }
    }

    private static String text(JsonParser json, String member) throws IOException, Wrong {
        expect(json.currentToken(), JsonToken.VALUE_STRING, "member " + member);
        return json.getText();
    }

    private static long whole(JsonParser json, String member) throws IOException, Wrong {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, "member " + member);
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
            throw new Wrong("member %s not in 0..2^63-1: %s".formatted(member, json.getText()));
        }
        return json.getLongValue();
    }

    private static <T> T required(T value, String member) throws Wrong {
        if (value == null) {
            throw new Wrong("member %s is missing".formatted(member));
        }
        return value;
    }

    private static void requirePresent(long value, String member) throws Wrong {
        if (value == -1) {
            throw new Wrong("member %s is missing".formatted(member));
        }
    }
}
