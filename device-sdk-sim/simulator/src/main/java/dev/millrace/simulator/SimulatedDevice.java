package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.BacklogFull;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.Recovery;
import dev.millrace.agent.SeqRange;
import dev.millrace.events.DeviceType;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.uplink.Commands;
import dev.millrace.uplink.ConnectionListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// One device: sensors, the real agent with its journal, and a link that misbehaves by the seed. Its power can go, and then
/// it forgets what is not on its disk; or its disk goes too.
final class SimulatedDevice implements AutoCloseable {
    private final int index;
    private final String thing;
    private final SimulationSettings settings;
    private final FleetPlan plan;
    private final Fleet.Problems problems;
    private final DeviceType type;
    private final Sensors sensors;
    private final SplittableRandom random;
    private final RandomGenerator epochs;
    private final AgentClock clock;
    private final Path journal;
    private final PackCodec codec;
    private final Listener listener;
    private final Link link;
    private UnreliableUplink unreliable;
    /// Null while there is no power.
    private DeviceAgent agent;
    /// What was done before the last power cut.
    private Account past = Account.ZERO;
    private boolean isLinkUp = true;
    private int nextSlot;

    /// @param epochs a generator that differs at every start, whatever the seed
    SimulatedDevice(int index, SimulationSettings settings, FleetPlan plan, Link.Maker links, Fleet.Problems problems, AgentClock clock,
            RandomGenerator epochs) throws IOException {
        this.index = index;
        this.thing = settings.profile().thing(index + 1);
        this.settings = settings;
        this.plan = plan;
        this.problems = problems;
        this.type = settings.profile().type();
        this.epochs = epochs;
        this.clock = new WrongClock(clock, plan.skew(index));
        SplittableRandom seeded = settings.randomOf(index);
        this.sensors = new Sensors(index, settings.profile(), plan, seeded.split());
        this.random = seeded.split();
        this.journal = settings.journals().resolve(thing);
        this.codec = settings.format().codec();
        this.listener = new Listener(problems);
        this.link = links.make(thing, listener, listener);
        try {
            start(seeded.split());
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /// With power, from the journal.
    private void start(SplittableRandom ofUplink) throws IOException {
        unreliable = new UnreliableUplink(link, settings.resend(), settings.delay(), ofUplink, clock, codec);
        agent = DeviceAgent.open(thing, type.name(), journal, unreliable, link, codec, settings.agent(), clock, epochs);
        listener.agent = agent;
    }

    private record WrongClock(AgentClock right, Duration ahead) implements AgentClock {
        @Override
        public Instant instant() {
            return right.instant().plus(ahead);
        }

        @Override
        public long nanoTime() {
            return right.nanoTime();
        }
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

    /// Lets befall the device what is planned for now.
    void suffer(long runningMillis, Truth truth) throws IOException {
        boolean isOff = plan.isOff(index, runningMillis);
        if (isOff && agent != null) {
            losePower(truth);
        } else if (!isOff && agent == null) {
            start(random.split());
        }
        boolean isUp = !isOff && !plan.isCutOff(index, runningMillis);
        if (isUp != isLinkUp) {
            isLinkUp = isUp;
            if (isUp) {
                link.resume();
            } else {
                link.pause();
            }
        }
    }

    private void losePower(Truth truth) throws IOException {
        boolean isDiskLost = plan.losesDisk(index);
        past = account().atPowerOff(isDiskLost);
        listener.agent = null;
        agent.abandon();
        agent = null;
        if (isDiskLost) {
            for (Map.Entry<Long, List<Reading>> ofEpoch : unacknowledged().entrySet()) {
                truth.lost(thing, ofEpoch.getKey(), SeqRange.covering(ofEpoch.getValue()));
            }
            truth.flush();
            deleteJournal();
        }
    }

    /// By epoch, as the next start would find them.
    private SortedMap<Long, List<Reading>> unacknowledged() throws IOException {
        SortedMap<Long, List<Reading>> byEpoch = new TreeMap<>();
        try (DeviceAgent found = DeviceAgent.open(thing, type.name(), journal, _ -> new CompletableFuture<>(), codec, settings.agent(), clock, epochs)) {
            found.forEachRecovered(reading -> byEpoch.computeIfAbsent(reading.id().epoch(), _ -> new ArrayList<>()).add(reading));
        }
        return byEpoch;
    }

    private void deleteJournal() throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    boolean isDue(long runningMillis) {
        return agent != null && nextSlot < plan.slots(index) && plan.takeMillis(index, nextSlot) <= runningMillis;
    }

    /// Takes the readings that are due.
    ///
    /// @return what was taken
    List<Reading> takeDue(long runningMillis) {
        List<Reading> taken = new ArrayList<>();
        for (; isDue(runningMillis); nextSlot++) {
            if (plan.isOff(index, plan.takeMillis(index, nextSlot))) {
                continue;
            }
            try {
                taken.add(agent.take(sensors.measure(nextSlot, clock.instant())));
            } catch (BacklogFull e) {
                problems.add(e.getMessage());
            }
        }
        return taken;
    }

    void poll() {
        if (agent != null) {
            unreliable.poll();
            agent.poll();
        }
    }

    void flush() {
        if (agent != null) {
            agent.flush();
        }
    }

    boolean isDrained() {
        return agent != null && agent.status().backlog() == 0 && unreliable.isIdle();
    }

    Account account() {
        return agent == null ? past : past.plus(Account.of(agent.status(), unreliable));
    }

    Link link() {
        return link;
    }

    /// What was found in the journal at the start, unless there is no power.
    Optional<Recovery> recovery() {
        return Optional.ofNullable(agent).map(DeviceAgent::recovery);
    }

    /// Hands over the readings from before the start that are not acknowledged.
    void forEachRecovered(Consumer<Reading> reader) {
        if (agent != null) {
            agent.forEachRecovered(reader);
        }
    }

    Optional<String> lastFailure() {
        return Optional.ofNullable(agent).flatMap(DeviceAgent::lastFailure);
    }

    @Override
    public void close() {
        try (link) {
            if (agent != null) {
                agent.close();
            }
        }
    }
}
