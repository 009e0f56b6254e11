package dev.millrace.agent;

import java.time.Instant;
import java.time.InstantSource;

/// The two times that an agent needs: when a reading was taken, and how long something has waited. They differ,
/// because a device sets its clock at times (from 1970 to today soon after it started), and a wait must not end
/// or grow by that.
public interface AgentClock extends InstantSource {
    /// Nanoseconds that only ever grow, from any origin, as [System#nanoTime].
    long nanoTime();

    static AgentClock system() {
        return new AgentClock() {
            @Override
            public Instant instant() {
                return InstantSource.system().instant();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
