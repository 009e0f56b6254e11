package dev.millrace.states;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.SinkUnavailable;
import java.util.Arrays;
import java.util.List;

/// A table of encoded states, one item a thing, as calls that may be answered in part. Called from many threads.
public interface StateItems {
    /// BatchGetItem takes at most 100 keys (Amazon DynamoDB API reference).
    int GETS_MAX = 100;
    /// BatchExecuteStatement takes at most 25 statements (Amazon DynamoDB API reference).
    int PUTS_MAX = 25;
    /// Of the bodies in a call. The limit of BatchExecuteStatement is not documented, that of a transaction is 4 MB; with
    /// Base64 this is 1.4 MB, and two of the largest items.
    int PUT_BYTES_MAX = 1 << 20;

    /// A state as it is stored.
    ///
    /// @param version        how often it was committed, from 1
    /// @param body           the state's bytes, never changed by anybody
    /// @param idleFromMillis repeats what the body says of open panes, for a scan to filter by; 0 if there is none, or if the
    ///                       item was read: then the body is enough. Equality is of all else
    record Item(String thing, long version, byte[] body, long idleFromMillis) {
        public Item {
            requireNonNull(thing, "thing is null");
            requireNonNull(body, "body is null");
            if (version < 1) {
                throw new IllegalArgumentException("version of the item of %s is not positive: %d".formatted(thing, version));
            }
        }

        /// As it is read.
        public Item(String thing, long version, byte[] body) {
            this(thing, version, body, 0);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Item(String itsThing, long itsVersion, byte[] itsBody, long _)
                    && thing.equals(itsThing) && version == itsVersion && Arrays.equals(body, itsBody);
        }

        @Override
        public int hashCode() {
            return 31 * thing.hashCode() + Long.hashCode(version);
        }

        @Override
        public String toString() {
            return "%s at version %d, %d bytes".formatted(thing, version, body.length);
        }
    }

    /// The answer to a read. A thing that is in neither list has no item.
    ///
    /// @param unprocessed things that are to be asked for again
    record Got(List<Item> items, List<String> unprocessed) {
        public Got {
            items = List.copyOf(items);
            unprocessed = List.copyOf(unprocessed);
        }
    }

    /// What became of one item of a put.
    sealed interface Verdict {
        /// It is durable.
        record Stored() implements Verdict {
        }

        /// It is not stored by this call: the version before it does not stand there.
        ///
        /// @param standing what does
        record Conflict(Item standing) implements Verdict {
        }

        /// As [Conflict], but what stands there, if anything, was not told.
        record ConflictUntold() implements Verdict {
        }

        /// It is not known to be stored.
        ///
        /// @param why         in the store's words
        /// @param isRetryable if the same put may go well a little later
        record Failed(String why, boolean isRetryable) implements Verdict {
        }
    }

    /// Reads with strong consistency.
    ///
    /// @param things at most [#GETS_MAX], each once
    /// @throws SinkUnavailable if the call failed as a whole
    Got get(List<String> things) throws SinkUnavailable;

    /// Stores each item on condition that the version before its own stands there: nothing, if it is the first.
    ///
    /// @param items at most [#PUTS_MAX], of different things, together not over [#PUT_BYTES_MAX] unless it is one alone
    /// @return a verdict an item, in their order
    List<Verdict> put(List<Item> items);
}
