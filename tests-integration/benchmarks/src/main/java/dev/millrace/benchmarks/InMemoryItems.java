package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// As much of DynamoDB as the function's states need: one table with the partition key `thing`, BatchGetItem, and
/// BatchExecuteStatement with the two statements that the states use. An item is kept as the JSON that came, so that this
/// takes next to nothing of the time measured. It refuses what it does not know.
final class InMemoryItems {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int STATEMENTS_MAX = 25;
    /// With and without the attribute that only a scan reads, and that is not kept here.
    private static final String INSERT = " VALUE {'thing':?,'version':?,'body':?,'idle_from':?}";
    private static final String INSERT_IDLE = " VALUE {'thing':?,'version':?,'body':?}";
    private static final String UPDATE = " SET \"version\"=? SET \"body\"=? SET \"idle_from\"=? WHERE \"thing\"=? AND \"version\"=?";
    private static final String UPDATE_IDLE = " SET \"version\"=? SET \"body\"=? REMOVE \"idle_from\" WHERE \"thing\"=? AND \"version\"=?";
    private static final byte[] STORED = "{}".getBytes(UTF_8);
    private static final byte[] DUPLICATE = "{\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate primary key exists in table\"}}".getBytes(UTF_8);

    private final Map<String, Item> items = new HashMap<>();

    /// @param json the item's attributes as the put named them
    private record Item(String version, byte[] json) {
    }

    /// A statement's parameter: its text if it is a string or a number, and where its JSON is in the request.
    private record Parameter(String text, byte[] request, int from, int to) {
        void writeTo(ByteArrayOutputStream out) {
            out.write(request, from, to - from);
        }
    }

    /// Answers each statement for itself, in their order.
    byte[] execute(byte[] request) throws IOException {
        var answer = new ByteArrayOutputStream(1_024);
        answer.writeBytes("{\"Responses\":".getBytes(UTF_8));
        try (JsonParser json = JSON.createParser(request)) {
            json.nextToken();
            expect(json.nextFieldName(), "Statements");
            json.nextToken();
            char separator = '[';
            int count = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                answer.write(separator);
                answer.writeBytes(execute(json, request));
                separator = ',';
                count++;
            }
            if (count == 0 || count > STATEMENTS_MAX || json.nextToken() != JsonToken.END_OBJECT) {
                throw new UnsupportedOperationException("BatchExecuteStatement with %d statements, or with more than statements".formatted(count));
            }
        }
        answer.writeBytes("]}".getBytes(UTF_8));
        return answer.toByteArray();
    }

    private byte[] execute(JsonParser json, byte[] request) throws IOException {
        String statement = "";
        List<Parameter> parameters = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "Statement" -> statement = json.getText();
                case "Parameters" -> parameters = parameters(json, request);
                case "ReturnValuesOnConditionCheckFailure" -> expect(json.getText(), "ALL_OLD");
                default -> throw new UnsupportedOperationException("statement with " + member);
            }
        }
        boolean isInsert = statement.startsWith("INSERT INTO \"");
        boolean isUpdate = statement.startsWith("UPDATE \"");
        if (isInsert && (statement.endsWith(INSERT) ? parameters.size() == 4 : statement.endsWith(INSERT_IDLE) && parameters.size() == 3)) {
            return insert(parameters.get(0), parameters.get(1), parameters.get(2));
        }
        if (isUpdate && (statement.endsWith(UPDATE) ? parameters.size() == 5 : statement.endsWith(UPDATE_IDLE) && parameters.size() == 4)) {
            int thing = parameters.size() - 2;
            return update(parameters.get(thing), parameters.get(0), parameters.get(1), parameters.get(thing + 1).text);
        }
        throw new UnsupportedOperationException("statement %s with %d parameters".formatted(statement, parameters.size()));
    }

    private static List<Parameter> parameters(JsonParser json, byte[] request) throws IOException {
        List<Parameter> parameters = new ArrayList<>(4);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            int from = (int) json.currentTokenLocation().getByteOffset();
            String type = json.nextFieldName();
            json.nextToken();
            String text = type.equals("S") || type.equals("N") ? json.getText() : "";
            json.nextToken();
            parameters.add(new Parameter(text, request, from, (int) json.currentTokenLocation().getByteOffset() + 1));
        }
        return parameters;
    }

    private byte[] insert(Parameter thing, Parameter version, Parameter body) {
        synchronized (items) {
            return items.putIfAbsent(thing.text, item(thing, version, body)) == null ? STORED : DUPLICATE;
        }
    }

    private byte[] update(Parameter thing, Parameter version, Parameter body, String before) {
        synchronized (items) {
            Item stored = items.get(thing.text);
            if (stored != null && stored.version.equals(before)) {
                items.put(thing.text, item(thing, version, body));
                return STORED;
            }
            String standing = stored == null ? "" : ",\"Item\":" + new String(stored.json, UTF_8);
            return ("{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"" + standing + "}}").getBytes(UTF_8);
        }
    }

    private static Item item(Parameter thing, Parameter version, Parameter body) {
        var json = new ByteArrayOutputStream(64 + body.to - body.from);
        json.writeBytes("{\"thing\":".getBytes(UTF_8));
        thing.writeTo(json);
        json.writeBytes(",\"version\":".getBytes(UTF_8));
        version.writeTo(json);
        json.writeBytes(",\"body\":".getBytes(UTF_8));
        body.writeTo(json);
        json.write('}');
        return new Item(version.text, json.toByteArray());
    }

    /// Answers all that were asked for: no key is left unprocessed.
    byte[] batchGet(byte[] request) throws IOException {
        var answer = new ByteArrayOutputStream(1_024);
        try (JsonParser json = JSON.createParser(request)) {
            json.nextToken();
            expect(json.nextFieldName(), "RequestItems");
            json.nextToken();
            String table = json.nextFieldName();
            answer.writeBytes("{\"Responses\":{\"%s\":[".formatted(table).getBytes(UTF_8));
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "Keys" -> writeItems(json, answer);
                    case "ConsistentRead" -> {
                        // there is one copy
                    }
                    default -> throw new UnsupportedOperationException("BatchGetItem with " + member);
                }
            }
            if (json.nextToken() != JsonToken.END_OBJECT) {
                throw new UnsupportedOperationException("BatchGetItem of more than one table");
            }
        }
        answer.writeBytes("]},\"UnprocessedKeys\":{}}".getBytes(UTF_8));
        return answer.toByteArray();
    }

    private void writeItems(JsonParser json, ByteArrayOutputStream answer) throws IOException {
        String separator = "";
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String thing = thing(json);
            synchronized (items) {
                Item item = items.get(thing);
                if (item != null) {
                    answer.writeBytes(separator.getBytes(UTF_8));
                    answer.writeBytes(item.json);
                    separator = ",";
                }
            }
        }
    }

    /// Reads the key `{"thing":{"S":name}}` to its end.
    private static String thing(JsonParser json) throws IOException {
        expect(json.nextFieldName(), "thing");
        json.nextToken();
        expect(json.nextFieldName(), "S");
        String thing = json.nextTextValue();
        json.nextToken();
        json.nextToken();
        return thing;
    }

    private static void expect(String found, String expected) {
        if (!expected.equals(found)) {
            throw new UnsupportedOperationException("expected %s: %s".formatted(expected, found));
        }
    }
}
