package dev.millrace.pipeline.simulation;

/// All stores of a history.
record Stores(StateTable states, HotStore hotStore, QuarantineBucket quarantine, LakeBucket lake) {
}
