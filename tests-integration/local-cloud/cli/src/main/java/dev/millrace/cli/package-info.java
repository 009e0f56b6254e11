/// The main job on one machine: synthesize, deploy onto the local cloud, run a fleet against it, and audit what became
/// of every reading. The audit asks the stores by AWS clients, and the lake by an engine that is not ours.
package dev.millrace.cli;
