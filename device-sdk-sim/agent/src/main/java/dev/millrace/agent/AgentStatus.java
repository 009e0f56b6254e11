package dev.millrace.agent;

/// What an agent has done since it started. `taken + recovered = acknowledged + backlog`.
///
/// @param taken             readings taken
/// @param recovered         readings that the journal held from before
/// @param acknowledged      readings that the cloud has
/// @param packsPublished    packs handed to the uplink, each resending counted again
/// @param packsAcknowledged packs that the cloud has
/// @param packsRetried      packs handed to the uplink again, after a failure or without an answer
/// @param failures          publishes that failed or were not answered in time
/// @param inFlight          packs sent and not acknowledged, those that wait to be sent again included
/// @param backlog           readings not acknowledged, those in flight included
public record AgentStatus(long taken, long recovered, long acknowledged, long packsPublished, long packsAcknowledged, long packsRetried,
        long failures, int inFlight, int backlog) {
}
