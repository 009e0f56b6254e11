/// AWS Lambda on one machine: functions run from their deployment zips, fed from a stream.
///
/// [LambdaHost][dev.millrace.local.lambda.LambdaHost] starts each function in JVMs of its own with AWS's runtime interface
/// client and plays the Runtime API to it. [EventSourceMapping][dev.millrace.local.lambda.EventSourceMapping] reads the
/// shards of a stream, cuts batches, invokes, and follows the answer as AWS documents it, until every record is settled
/// or described to the on-failure bucket.
package dev.millrace.local.lambda;
