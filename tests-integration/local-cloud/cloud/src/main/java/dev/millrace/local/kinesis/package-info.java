/// Amazon Kinesis Data Streams on one machine: where records rest between the IoT rule and the functions.
///
/// [LocalKinesis][dev.millrace.local.kinesis.LocalKinesis] speaks the service's protocol (JSON 1.1 and CBOR 1.1) to any
/// AWS SDK, and hands the same shards to the event source mapping of this process through
/// [StreamReader][dev.millrace.local.kinesis.StreamReader]. It keeps the limits that AWS documents, because a pipeline that
/// was never throttled was never tested. Records live in memory only.
package dev.millrace.local.kinesis;
