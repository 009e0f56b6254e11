/// The analysts' side of the lake on one machine: [Athena][dev.millrace.analysts.Athena] is the engine, over what
/// [LocalLake][dev.millrace.local.LocalLake] opens; [Query][dev.millrace.analysts.Query] is the command that asks it.
///
/// Trino's libraries are in this module and in no other.
package dev.millrace.analysts;
