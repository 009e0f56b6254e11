package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.BacklogFull;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.SeqRange;
import dev.millrace.events.DeviceType;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.uplink.Commands;
import dev.millrace.uplink.ConnectionListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// One device: sensors, the real agent with its journal, and a link that misbehaves by the seed.
final class SimulatedDevice implements AutoCloseable {
    private final int index;
    private final DeviceType type;
    private final Signals signals;
    private final RandomGenerator random;
    private final AgentClock clock;
    private final Link link;
    private final UnreliableUplink unreliable;
    private final DeviceAgent agent;
    private int nextSlot;

    /// @param epochs a generator that differs at every start, whatever the seed
    SimulatedDevice(int index, SimulationSettings settings, Link.Maker links, Fleet.Problems problems, AgentClock clock,
            RandomGenerator epochs) throws IOException {
        String thing = settings.profile().thing(index + 1);
        this.index = index;
        this.type = settings.profile().type();
        this.clock = clock;
        var seeded = new SplittableRandom(settings.seed() * 1_000_003 + index);
        this.signals = settings.profile().signals(seeded.split());
        this.random = seeded.split();
        PackCodec codec = settings.format().codec();
        var listener = new Listener(problems);
        this.link = links.make(thing, listener, listener);
        this.unreliable = new UnreliableUplink(link, settings.resend(), settings.delay(), seeded.split(), clock, codec);
        try {
            this.agent = DeviceAgent.open(thing, type.name(), settings.journals().resolve(thing), unreliable, codec, settings.agent(), clock, epochs);
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e;
        }
        listener.agent = agent;
    }

    private static final class Listener implements ConnectionListener, Commands {
        private final Fleet.Problems problems;
        private volatile DeviceAgent agent;

        Listener(Fleet.Problems problems) {
            this.problems = problems;
        }

        @Override
        public void connected(boolean sessionRejoined) {
            DeviceAgent restored = agent;
            if (restored != null) {
                restored.uplinkRestored();
            }
        }

        @Override
        public void resend(long epoch, SeqRange seqs) {
            DeviceAgent asked = agent;
            if (asked != null) {
                asked.askResend(epoch, seqs);
            }
        }

        @Override
        public void connectFailed(String problem) {
            problems.add(problem);
        }

        @Override
        public void disconnected(String problem) {
            problems.add(problem);
        }
    }

    boolean isDue(long runningMillis, FleetPlan plan) {
        return nextSlot < plan.slots(index) && plan.takeMillis(index, nextSlot) <= runningMillis;
    }

    /// Takes the readings that are due.
    ///
    /// @return what was taken
    List<Reading> takeDue(long runningMillis, FleetPlan plan, Fleet.Problems problems) {
        List<Reading> taken = new ArrayList<>();
        while (isDue(runningMillis, plan)) {
            SortedMap<String, Double> measures = signals.next(clock.instant());
            if (plan.isOutOfRange(index, nextSlot)) {
                bend(measures);
            }
            try {
                taken.add(agent.take(measures));
            } catch (BacklogFull e) {
                problems.add(e.getMessage());
            }
            nextSlot++;
        }
        return taken;
    }

    /// A sensor that has gone wrong: one measure far over what is possible.
    private void bend(SortedMap<String, Double> measures) {
        DeviceType.Measure measure = type.measures().get(random.nextInt(type.measures().size()));
        measures.put(measure.name(), Signals.rounded(measure.max() + random.nextDouble(1, 1_000), 1));
    }

    void poll() {
        unreliable.poll();
        agent.poll();
    }

    boolean isDrained() {
        return agent.status().backlog() == 0 && unreliable.isIdle();
    }

    Link link() {
        return link;
    }

    DeviceAgent agent() {
        return agent;
    }

    UnreliableUplink unreliable() {
        return unreliable;
    }

    @Override
    public void close() {
        try (link) {
            agent.close();
        }
    }
}
