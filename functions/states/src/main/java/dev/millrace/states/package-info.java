/// The states port on Amazon DynamoDB: one item a thing, replaced on condition of its version.
///
/// [DynamoDbStates] is the port: codec, cutting, retries. Below it lies [StateItems], one call each, which the AWS SDK
/// implements here and a benchmark may implement in memory.
package dev.millrace.states;
