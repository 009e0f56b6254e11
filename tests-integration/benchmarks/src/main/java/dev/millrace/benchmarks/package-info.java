/// Measures the function `ingest` as Lambda drives it: the bytes of Kinesis events in, the AWS clients' encoded requests
/// out, over a transport in memory. Beside it what merely tokenising the same bytes would take, so that the figures say
/// something on any machine.
package dev.millrace.benchmarks;
