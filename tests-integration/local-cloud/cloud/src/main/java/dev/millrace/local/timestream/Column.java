package dev.millrace.local.timestream;

/// A column that a table has learnt from its writes.
///
/// @param dimension whether it is a dimension, else a measure
record Column(String name, boolean dimension, MeasureType type) {
}
