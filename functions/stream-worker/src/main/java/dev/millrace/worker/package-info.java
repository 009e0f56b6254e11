/// Ingest and archive in a process that runs on, in place of Lambda's event source mappings: the Kinesis Client Library finds the
/// shards and shares them out among the workers. Translates, wires and retries: what is done with a batch is in
/// [dev.millrace.pipeline.BatchConsumer]s, the same as on Lambda. Why so: docs/decisions/0020.
package dev.millrace.worker;
