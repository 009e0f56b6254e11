package dev.millrace.uplink;

import dev.millrace.agent.SeqRange;

/// What the cloud may ask of a device. Called on threads of the network: must return at once and never wait for a publish
/// or a disk ([dev.millrace.agent.DeviceAgent#askResend] is made for it). The same command may come more than once.
@FunctionalInterface
public interface Commands {
    /// Send these readings once more. The readings themselves are the answer.
    void resend(long epoch, SeqRange seqs);
}
