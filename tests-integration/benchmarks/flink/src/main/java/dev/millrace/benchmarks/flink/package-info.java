/// What ingest does, as a team that uses Apache Flink would write it: parse with Jackson, validate, deduplicate by keyed
/// state, five-minute windows. It stands beside our function only to be measured on the same input.
package dev.millrace.benchmarks.flink;
