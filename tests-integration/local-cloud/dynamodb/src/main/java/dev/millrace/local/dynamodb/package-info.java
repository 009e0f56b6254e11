/// Amazon DynamoDB on this machine: DynamoDB Local as a process of its own, because what it drags along fits no other
/// class path. Device states rest here.
package dev.millrace.local.dynamodb;
