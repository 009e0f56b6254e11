/// The states port on Amazon DynamoDB: one item a thing, replaced on condition of its version.
package dev.millrace.states;
