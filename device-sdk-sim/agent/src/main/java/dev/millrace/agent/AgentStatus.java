package dev.millrace.agent;

/// What an agent has done since it started. `taken + recovered = acknowledged + lost + backlog`.
///
/// @param taken             readings taken
/// @param recovered         readings that the journal held from before
/// @param acknowledged      readings that the cloud has
/// @param lost              readings that were given up: for want of room, too old, or not readable any more. What was lost
///                          before the start is in [Recovery]
/// @param lostUnreported    lost readings, from before the start too, of which the cloud does not know yet
/// @param refused           readings that were not taken because the journal was full
/// @param resent            acknowledged readings that were asked for again and are sent again
/// @param resendGone        readings asked for again that this device does not have any more
/// @param packsPublished    packs handed to the uplink, each resending counted again
/// @param packsAcknowledged packs that the cloud has
/// @param packsRetried      packs handed to the uplink again, after a failure or without an answer
/// @param failures          publishes that failed or were not answered in time
/// @param inFlight          packs sent and not acknowledged, those that wait to be sent again included
/// @param backlog           readings not acknowledged, those in flight included
/// @param inMemory          readings that wait in memory to be packed, live and read back
/// @param journalBytes      what the journal takes on disk
public record AgentStatus(long taken, long recovered, long acknowledged, long lost, long lostUnreported, long refused, long resent,
        long resendGone, long packsPublished, long packsAcknowledged, long packsRetried, long failures, int inFlight, long backlog,
        int inMemory, long journalBytes) {
}
