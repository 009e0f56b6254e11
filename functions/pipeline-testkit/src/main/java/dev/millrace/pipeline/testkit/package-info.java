/// What the ports of the pipeline promise, as tests: an in-memory adapter for each port and one contract that the
/// in-memory adapter and every real one pass.
package dev.millrace.pipeline.testkit;
