package dev.millrace.pipeline;

/// Takes batches of the stream to their end, whoever brings them: Lambda's event source mapping or the stream worker. For one
/// batch at a time.
@FunctionalInterface
public interface BatchConsumer {
    /// @return what is durable when this returns
    /// @throws RuntimeException if the consumer itself fails: then nothing of the batch is known to be settled
    Fate consume(Batch batch, Deadline deadline);
}
