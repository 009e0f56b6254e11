package dev.millrace.simulator;

import dev.millrace.agent.AgentStatus;

/// What a device has done, or many together.
///
/// @param taken           readings taken
/// @param acknowledged    readings that the cloud has, those from before this run included
/// @param backlog         readings not acknowledged
/// @param lost            readings that agents gave up
/// @param lostWithDisk    readings that were not acknowledged when the disk was lost
/// @param packsPublished  resendings counted again
/// @param packsRetried    packs that agents sent again by themselves
/// @param inFlight        packs on their way
/// @param failures        publishes that failed
/// @param packsResent     acknowledged packs that were published once more on purpose
/// @param readingsResent  readings in those
/// @param packsDelayed    packs held back on purpose
record Account(long taken, long acknowledged, long backlog, long lost, long lostWithDisk, long packsPublished, long packsAcknowledged,
        long packsRetried, int inFlight, long failures, long packsResent, long readingsResent, long packsDelayed) {
    static final Account ZERO = new Account(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Account of(AgentStatus agent, UnreliableUplink uplink) {
        return new Account(agent.taken(), agent.acknowledged(), agent.backlog(), agent.lost(), 0, agent.packsPublished(), agent.packsAcknowledged(),
                agent.packsRetried(), agent.inFlight(), agent.failures(), uplink.packsResent(), uplink.readingsResent(), uplink.packsDelayed());
    }

    Account plus(Account o) {
        return new Account(taken + o.taken, acknowledged + o.acknowledged, backlog + o.backlog, lost + o.lost, lostWithDisk + o.lostWithDisk,
                packsPublished + o.packsPublished, packsAcknowledged + o.packsAcknowledged, packsRetried + o.packsRetried, inFlight + o.inFlight,
                failures + o.failures, packsResent + o.packsResent, readingsResent + o.readingsResent, packsDelayed + o.packsDelayed);
    }

    /// The same without what is still to be brought to the cloud, which the next start finds in the journal.
    Account atPowerOff(boolean isDiskLost) {
        return new Account(taken, acknowledged, 0, lost, lostWithDisk + (isDiskLost ? backlog : 0), packsPublished, packsAcknowledged, packsRetried, 0, failures,
                packsResent, readingsResent, packsDelayed);
    }
}
