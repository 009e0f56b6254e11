package dev.millrace.local.frontdoor;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Counts calls by service and operation.
public final class CallCounter implements CallListener {
    /// What was called.
    public record Operation(String service, String operation) implements Comparable<Operation> {
        private static final Comparator<Operation> ORDER =
                Comparator.comparing(Operation::service).thenComparing(Operation::operation);

        @Override
        public int compareTo(Operation other) {
            return ORDER.compare(this, other);
        }
    }

    /// How often, and how many of these were answered with a status of 400 or more, or not at all.
    public record Count(long calls, long failed) {
        private Count plus(int status) {
            return new Count(calls + 1, failed + (status < 0 || status >= 400 ? 1 : 0));
        }
    }

    private final Map<Operation, Count> counts = new ConcurrentHashMap<>();

    @Override
    public void answered(Call call, int status) {
        counts.compute(new Operation(call.service(), call.operation()),
                (operation, count) -> (count == null ? new Count(0, 0) : count).plus(status));
    }

    /// The counts so far, in the order of service and operation.
    public Map<Operation, Count> counts() {
        return new TreeMap<>(counts);
    }
}
