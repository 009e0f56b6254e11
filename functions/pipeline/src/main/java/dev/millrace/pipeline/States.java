package dev.millrace.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// Where the states of things are kept, one item a thing.
public interface States {
    /// The states of these things as last committed; a thing never seen is [ThingState#unseen].
    ///
    /// @throws SinkUnavailable if any of them cannot be read, or is of a release that this one does not understand
    Map<String, ThingState> load(Set<String> things) throws SinkUnavailable;

    /// Replaces each state on condition that the stored version is one less than its own.
    ///
    /// @return the things whose state is not known to be stored under its version, with why, for the log: another worker
    ///         was there, or the store failed. The others are durable.
    Map<String, String> commit(Collection<ThingState> states);
}
