package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// As much of DynamoDB as the function's states need: one table with the partition key `thing`, BatchGetItem, and PutItem
/// on the two conditions that the states use. An item is kept as the JSON that came, so that this takes next to nothing of
/// the time measured. It refuses what it does not know.
final class InMemoryItems {
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Item> items = new HashMap<>();

    /// @param json the item's attributes as the put named them
    private record Item(String version, byte[] json) {
    }

    /// @param status of HTTP
    record Answer(int status, byte[] body) {
    }

    private static final class Put {
        String thing;
        Item item;
        String condition;
        String before;
    }

    Answer put(byte[] request) throws IOException {
        Put put = read(request);
        if (put.thing == null || put.condition == null) {
            throw new UnsupportedOperationException("PutItem without thing and condition: " + new String(request, UTF_8));
        }
        synchronized (items) {
            Item stored = items.get(put.thing);
            boolean holds = switch (put.condition) {
                case "attribute_not_exists(thing)" -> stored == null;
                case "version = :before" -> stored != null && stored.version.equals(put.before);
                default -> throw new UnsupportedOperationException("PutItem on the condition " + put.condition);
            };
            if (holds) {
                items.put(put.thing, put.item);
                return new Answer(200, "{}".getBytes(UTF_8));
            }
            return new Answer(400, failed(stored));
        }
    }

    private static byte[] failed(Item stored) {
        String item = stored == null ? "" : ",\"Item\":" + new String(stored.json, UTF_8);
        return ("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\"" + item + "}")
                .getBytes(UTF_8);
    }

    private static Put read(byte[] request) throws IOException {
        var put = new Put();
        try (JsonParser json = JSON.createParser(request)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "TableName" -> {
                        // there is one table
                    }
                    case "Item" -> readItem(json, request, put);
                    case "ConditionExpression" -> put.condition = json.getText();
                    case "ExpressionAttributeValues" -> put.before = scalars(json).get(":before");
                    case "ReturnValuesOnConditionCheckFailure" -> {
                        // always all: a put that asks for nothing does not look
                    }
                    default -> throw new UnsupportedOperationException("PutItem with " + member);
                }
            }
        }
        return put;
    }

    private static void readItem(JsonParser json, byte[] request, Put put) throws IOException {
        int from = (int) json.currentTokenLocation().getByteOffset();
        Map<String, String> attributes = scalars(json);
        int to = (int) json.currentTokenLocation().getByteOffset() + 1;
        put.thing = attributes.get("thing");
        put.item = new Item(attributes.get("version"), Arrays.copyOfRange(request, from, to));
    }

    /// Reads `{name: {type: value}}` to its end; values that are no scalars are passed over.
    private static Map<String, String> scalars(JsonParser json) throws IOException {
        Map<String, String> scalars = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            json.nextToken();
            String type = json.currentName();
            json.nextToken();
            if (type.equals("S") || type.equals("N")) {
                scalars.put(name, json.getText());
            } else {
                json.skipChildren();
            }
            json.nextToken();
        }
        return scalars;
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
            String thing = scalars(json).get("thing");
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

    private static void expect(String found, String expected) {
        if (!expected.equals(found)) {
            throw new UnsupportedOperationException("expected %s: %s".formatted(expected, found));
        }
    }
}
