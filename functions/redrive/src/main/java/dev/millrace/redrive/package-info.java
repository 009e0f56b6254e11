/// The function that takes what could not be handed on, and lies in the failures bucket, back to where it was going: records
/// into the telemetry stream under their own partition key, notices into the lake. It decides nothing about readings: the
/// pipeline knows by their identity which it has already.
package dev.millrace.redrive;
