package dev.millrace.simulator;

/// What one run did.
///
/// @param taken          readings taken
/// @param packs          packs that the cloud acknowledged, each counted once
/// @param packsResent    acknowledged packs that were published once more on purpose, and acknowledged again
/// @param readingsResent readings in those
/// @param packsDelayed   packs held back on purpose
/// @param packsRetried   packs that the agents sent again by themselves, for want of an answer
/// @param injected       messages for quarantine that were acknowledged
/// @param unacknowledged readings that the cloud has not acknowledged, those that agents gave up included
record Totals(long taken, long packs, long packsResent, long readingsResent, long packsDelayed, long packsRetried, long injected,
        long unacknowledged) {
}
