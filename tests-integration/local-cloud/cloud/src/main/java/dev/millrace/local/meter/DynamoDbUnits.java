package dev.millrace.local.meter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// On-demand request units by the sizes of items (Amazon DynamoDB developer guide, "DynamoDB read and write operations",
/// "DynamoDB item sizes and formats").
///
/// A write takes a unit for each KB of the item, rounded up, and so does one whose condition fails. A read takes half a
/// unit for each 4 KB, one if it is strongly consistent, and as much for an item that is not there. What is not told by
/// request and answer is estimated: an updated item is taken to be as large as what the statement sets and selects by,
/// and a scan to have read items of the mean size of those written.
public final class DynamoDbUnits {
    static final int WRITE_BYTES = 1_024;
    static final int READ_BYTES = 4_096;
    /// `'version':?` of an INSERT, `"version"=?` of the others.
    private static final Pattern PARAMETER = Pattern.compile("['\"](\\w+)['\"]\\s*[:=]\\s*\\?");

    private final AtomicLong writeUnits = new AtomicLong();
    /// Halves, because an eventually consistent read takes half a unit.
    private final AtomicLong halfReadUnits = new AtomicLong();
    private final AtomicLong inserted = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final Map<String, AtomicLong> unmetered = new ConcurrentHashMap<>();

    public long writeUnits() {
        return writeUnits.get();
    }

    public double readUnits() {
        return halfReadUnits.get() / 2.0;
    }

    /// Of all items that were inserted, by their mean size.
    public long storedBytes() {
        return inserted.get() * meanBytes();
    }

    /// Operations that are not metered, and how often each was called.
    public SortedMap<String, Long> unmetered() {
        SortedMap<String, Long> counts = new TreeMap<>();
        unmetered.forEach((operation, count) -> counts.put(operation, count.get()));
        return counts;
    }

    private long meanBytes() {
        return written.get() == 0 ? 0 : writtenBytes.get() / written.get();
    }

    void count(String operation, int status, JsonNode request, JsonNode answer) {
        boolean isDone = status < 400 || answer.path("__type").asText().endsWith("ConditionalCheckFailedException");
        if (!isDone) {
            return;
        }
        switch (operation) {
            case "BatchExecuteStatement" -> batch(request.path("Statements"), answer.path("Responses"));
            case "BatchGetItem" -> batchGet(request, answer);
            case "GetItem" -> read(size(answer.path("Item")), request.path("ConsistentRead").asBoolean());
            case "PutItem" -> write(size(request.path("Item")), status < 400);
            case "UpdateItem" -> write(size(request.path("Key")) + size(request.path("ExpressionAttributeValues")), false);
            case "Scan" -> halfReadUnits.addAndGet(Math.ceilDiv(answer.path("ScannedCount").asLong() * meanBytes(), READ_BYTES)
                    * (request.path("ConsistentRead").asBoolean() ? 2 : 1));
            case "DescribeTable", "ListTables", "DescribeTimeToLive" -> {
                // free
            }
            default -> unmetered.computeIfAbsent(operation, _ -> new AtomicLong()).incrementAndGet();
        }
    }

    private void batch(JsonNode statements, JsonNode responses) {
        for (int i = 0; i < statements.size(); i++) {
            String code = responses.path(i).path("Error").path("Code").asText();
            boolean isConflict = code.equals("ConditionalCheckFailed") || code.equals("DuplicateItem");
            if (!code.isEmpty() && !isConflict) {
                continue;
            }
            String statement = statements.get(i).path("Statement").asText();
            int bytes = parametersBytes(statement, statements.get(i).path("Parameters"));
            if (statement.startsWith("SELECT")) {
                unmetered.computeIfAbsent("SELECT", _ -> new AtomicLong()).incrementAndGet();
            } else {
                write(bytes, statement.startsWith("INSERT") && !isConflict);
            }
        }
    }

    /// A name that stands twice is an attribute that is set, and then one of the condition: it counts once, as set.
    private static int parametersBytes(String statement, JsonNode parameters) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        Matcher names = PARAMETER.matcher(statement);
        for (int i = 0; names.find(); i++) {
            sizes.putIfAbsent(names.group(1), names.group(1).length() + valueBytes(parameters.path(i)));
        }
        return sizes.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void batchGet(JsonNode request, JsonNode answer) {
        request.path("RequestItems").properties().forEach(table -> {
            boolean isConsistent = table.getValue().path("ConsistentRead").asBoolean();
            int absent = table.getValue().path("Keys").size() - answer.path("UnprocessedKeys").path(table.getKey()).path("Keys").size();
            for (JsonNode item : answer.path("Responses").path(table.getKey())) {
                read(size(item), isConsistent);
                absent--;
            }
            for (int i = 0; i < absent; i++) {
                read(0, isConsistent);
            }
        });
    }

    private void read(int bytes, boolean isConsistent) {
        halfReadUnits.addAndGet((long) Math.max(1, Math.ceilDiv(bytes, READ_BYTES)) * (isConsistent ? 2 : 1));
    }

    private void write(int bytes, boolean isNew) {
        writeUnits.addAndGet(Math.max(1, Math.ceilDiv(bytes, WRITE_BYTES)));
        written.incrementAndGet();
        writtenBytes.addAndGet(bytes);
        if (isNew) {
            inserted.incrementAndGet();
        }
    }

    private static int size(JsonNode attributes) {
        int bytes = 0;
        for (Map.Entry<String, JsonNode> attribute : attributes.properties()) {
            bytes += attribute.getKey().length() + valueBytes(attribute.getValue());
        }
        return bytes;
    }

    /// A number takes a byte for each two digits, and one more; lists and maps 3 bytes and one for each element.
    static int valueBytes(JsonNode value) {
        Map.Entry<String, JsonNode> typed = value.properties().iterator().next();
        JsonNode content = typed.getValue();
        return switch (typed.getKey()) {
            case "S" -> content.asText().getBytes(UTF_8).length;
            case "N" -> numberBytes(content.asText());
            case "B" -> base64Bytes(content.asText());
            case "M" -> 3 + content.size() + size(content);
            case "L" -> 3 + content.size() + sum(content);
            case "SS" -> content.valueStream().mapToInt(one -> one.asText().getBytes(UTF_8).length).sum();
            case "NS" -> content.valueStream().mapToInt(one -> numberBytes(one.asText())).sum();
            case "BS" -> content.valueStream().mapToInt(one -> base64Bytes(one.asText())).sum();
            default -> 1;
        };
    }

    private static int sum(JsonNode list) {
        return list.valueStream().mapToInt(DynamoDbUnits::valueBytes).sum();
    }

    private static int numberBytes(String number) {
        int digits = number.replace("-", "").replace(".", "").replaceFirst("^0+", "").length();
        return 1 + Math.ceilDiv(digits, 2) + (number.startsWith("-") ? 1 : 0);
    }

    private static int base64Bytes(String text) {
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return text.length() / 4 * 3 - padding;
    }
}
