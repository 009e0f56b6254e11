package dev.millrace.simulator;

import java.io.PrintStream;

/// Shows how a run fares.
interface Progress {
    /// How a fleet fares.
    ///
    /// @param millis       since all devices were connected
    /// @param taken        readings taken in this run
    /// @param published    packs published, resendings by the agents counted again
    /// @param acknowledged readings that the cloud has, those from before this run included
    /// @param inFlight     packs on their way
    /// @param backlog      readings not acknowledged
    /// @param connected    devices with a connection
    /// @param devices      all
    /// @param errors       publishes and attempts to connect that failed, connections that broke, readings refused
    record Status(long millis, long taken, long published, long acknowledged, int inFlight, long backlog, int connected, int devices, long errors) {
        static final Status BEGIN = new Status(0, 0, 0, 0, 0, 0, 0, 0, 0);

        long seconds() {
            return millis / 1_000;
        }

        /// How much a number has grown a second since an earlier status.
        long perSecond(long grown, Status earlier) {
            return grown * 1_000 / Math.max(1, millis - earlier.millis);
        }
    }

    /// How often to show.
    long periodMillis();

    /// All devices are connected; readings begin.
    void ready(int devices);

    void show(Status status);

    /// For programs: one JSON object a line each second, after a line `READY {"devices":N}`.
    static Progress json(PrintStream out) {
        return new Progress() {
            @Override
            public long periodMillis() {
                return 1_000;
            }

            @Override
            public void ready(int devices) {
                out.println("READY {\"devices\":" + devices + "}");
                out.flush();
            }

            @Override
            public void show(Status s) {
                out.println(("{\"seconds\":%d,\"taken\":%d,\"published\":%d,\"acknowledged\":%d,\"in_flight\":%d,\"backlog\":%d,"
                        + "\"connected\":%d,\"devices\":%d,\"errors\":%d}").formatted(s.seconds(), s.taken(), s.published(), s.acknowledged(),
                        s.inFlight(), s.backlog(), s.connected(), s.devices(), s.errors()));
                out.flush();
            }
        };
    }

    /// For people: one line that is refreshed on a terminal, a line each five seconds elsewhere.
    static Progress text(PrintStream out, boolean isTerminal) {
        return new Progress() {
            private Status last = Status.BEGIN;

            @Override
            public long periodMillis() {
                return isTerminal ? 500 : 5_000;
            }

            @Override
            public void ready(int devices) {
                out.println(devices + " devices connected");
            }

            @Override
            public void show(Status s) {
                String line = "%4d s  %,d taken (%,d/s)  %,d acknowledged  %,d waiting  %,d packs sent (%,d/s), %,d on their way  %,d of %,d connected  %,d errors"
                        .formatted(s.seconds(), s.taken(), s.perSecond(s.taken() - last.taken(), last), s.acknowledged(), s.backlog(), s.published(),
                                s.perSecond(s.published() - last.published(), last), s.inFlight(), s.connected(), s.devices(), s.errors());
                last = s;
                if (isTerminal) {
                    out.print("\r" + line + "\u001b[K");
                } else {
                    out.println(line);
                }
                out.flush();
            }
        };
    }
}
