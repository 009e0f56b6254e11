package dev.millrace.pipeline.simulation;

/// Which world a history plays in. [#USUAL] is what holds today; the others show open defects, see [OpenDefectsTest].
///
/// @param quarantineKeys what the key of an object in quarantine names
/// @param panesOfGivenUp whether the panes of things with given-up records are held to the reference
/// @param warmStates     whether an execution environment plans with the states that it remembers, see [WarmStates]
record Variant(QuarantineBucket.Keys quarantineKeys, boolean panesOfGivenUp, boolean warmStates) {
    static final Variant USUAL = new Variant(QuarantineBucket.Keys.CUT_AND_ENTRIES, false, false);
}
