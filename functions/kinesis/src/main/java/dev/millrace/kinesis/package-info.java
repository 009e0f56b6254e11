/// A Lambda invocation with Kinesis records, seen from the function: the event's bytes become a batch, the batch's
/// fate becomes the answer, and what happened becomes a line of metrics. Shared by all functions on the stream.
package dev.millrace.kinesis;
