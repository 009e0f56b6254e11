package dev.millrace.pipeline.simulation;

/// Which world a history plays in. [#USUAL] is what holds today; the other shows an open defect, see [OpenDefectsTest].
///
/// @param panesOfGivenUp whether the panes of things with given-up records are held to the reference
record Variant(boolean panesOfGivenUp) {
    static final Variant USUAL = new Variant(false);
}
