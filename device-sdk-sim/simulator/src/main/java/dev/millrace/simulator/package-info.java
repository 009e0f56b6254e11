/// Fleets that know the truth: seeded devices that run the real agent over the real uplink, misbehave on
/// purpose, and write down what a perfect cloud would make of it.
///
/// For load on the functions alone a fleet may do without agents and MQTT: [DirectFleet][dev.millrace.simulator.DirectFleet]
/// writes its packs into the stream as the topic rule would.
///
/// [Simulate][dev.millrace.simulator.Simulate] is the program. Its truth file is what every check of the whole
/// path compares with: each reading taken with its identity, each message that belongs into quarantine with its
/// bytes.
package dev.millrace.simulator;
