package dev.millrace.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// Where the states of things are kept, one item a thing.
public interface States {
    /// The states of these things as last committed; a thing never seen is [ThingState#unseen].
    Map<String, ThingState> load(Set<String> things) throws SinkUnavailable;

    /// Replaces each state on condition that the stored version is one less than its own.
    ///
    /// @return the things whose condition failed, because another worker was there; the others are durable
    /// @throws SinkUnavailable if it is not known of every state whether it was stored
    Set<String> commit(Collection<ThingState> states) throws SinkUnavailable;
}
