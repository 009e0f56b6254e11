/// Validate, deduplicate, aggregate in event time: exactly once, without a database write for each reading.
///
/// The flow of a batch, the same on every retry: load the states of its things, decide purely
/// ([Plan][dev.millrace.pipeline.Plan]), write the idempotent sinks, commit the states on condition of their
/// version, settle ([Pipeline][dev.millrace.pipeline.Pipeline]). A crash anywhere repeats the batch: things that
/// were committed see duplicates, the others are planned again from the same state. Knows no vendor, no clock, no I/O.
package dev.millrace.pipeline;
