/// The first station: a device takes readings, names each once, and keeps them on disk until the cloud has them.
///
/// [DeviceAgent][dev.millrace.agent.DeviceAgent] writes every reading to its
/// [Journal][dev.millrace.agent.Journal] before anything is sent, packs what waits, and hands the packs to an
/// [Uplink][dev.millrace.agent.Uplink]: the live ones first, the backlog beside them. A reading is settled only when
/// the uplink reports that the cloud took its pack; until then it is sent again, always under the same identity. So
/// everything behind this package may be at-least-once. What cannot be kept is counted, named and told by
/// [Notices][dev.millrace.agent.Notices]. The package knows no vendor and starts no thread.
package dev.millrace.agent;
