package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// Reads all states. A page is up to 1 MB and costs half a read unit for each 4 KB; what it says may be a second old.
public final class StateScan {
    private static final int SEGMENTS = 4;

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final Limits limits;

    /// @param limits those that the states are written with: a ledger of more intervals than they allow would be read with its oldest
    ///               gaps closed
    public StateScan(DynamoDbClient dynamoDb, String table, Limits limits) {
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
        this.table = requireNonNull(table, "table is null");
        this.limits = requireNonNull(limits, "limits is null");
    }

    /// Gives each state once to `reader`, one at a time, in no order.
    ///
    /// @return states that cannot be read, with what is wrong with them; the others were given
    /// @throws IllegalStateException if the table cannot be read, or time runs out; then some states were not given
    public List<String> forEach(Deadline deadline, Consumer<ThingState> reader) throws InterruptedException {
        List<Callable<List<String>>> segments = new ArrayList<>();
        for (int number = 0; number < SEGMENTS; number++) {
            int segment = number;
            segments.add(() -> read(segment, deadline, reader));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> unreadable = new ArrayList<>();
            for (Future<List<String>> segment : threads.invokeAll(segments)) {
                unreadable.addAll(segment.get());
            }
            return unreadable;
        } catch (ExecutionException e) {
            throw new IllegalStateException("scan of table %s: %s".formatted(table, e.getCause().getMessage()), e.getCause());
        }
    }

    private List<String> read(int segment, Deadline deadline, Consumer<ThingState> reader) {
        List<String> unreadable = new ArrayList<>();
        Map<String, AttributeValue> last = Map.of();
        do {
            if (deadline.remainingMillis() <= 0) {
                throw new IllegalStateException("not all states were read in the time of a run");
            }
            ScanRequest.Builder scan = ScanRequest.builder().tableName(table).segment(segment).totalSegments(SEGMENTS);
            if (!last.isEmpty()) {
                scan.exclusiveStartKey(last);
            }
            ScanResponse page = dynamoDb.scan(scan.build());
            page.items().forEach(item -> give(item, reader, unreadable));
            last = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
        } while (!last.isEmpty());
        return unreadable;
    }

    private void give(Map<String, AttributeValue> item, Consumer<ThingState> reader, List<String> unreadable) {
        ThingState state;
        try {
            state = StateCodec.decode(item.get("thing").s(), Long.parseLong(item.get("version").n()), item.get("body").b().asByteArrayUnsafe(), limits);
        } catch (IllegalStateException e) {
            synchronized (this) {
                unreadable.add(e.getMessage());
            }
            return;
        }
        synchronized (this) {
            reader.accept(state);
        }
    }
}
