/// The function that counts every reading once, into the hot store. Translates, wires and delegates: what it does is
/// in [dev.millrace.pipeline].
package dev.millrace.ingest;
