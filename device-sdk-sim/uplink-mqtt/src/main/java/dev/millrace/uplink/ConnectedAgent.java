package dev.millrace.uplink;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.DeviceAgent;
import dev.millrace.agent.Recovery;
import dev.millrace.agent.SeqRange;
import dev.millrace.events.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// An agent with its uplink, for a program that is one device: opens the journal, connects, and drives both on one thread
/// until it is closed; and keeps the settings of [DeviceConfig] as the thing's shadow `config` wishes. Who runs many devices
/// polls many [DeviceAgent]s on a thread of his own.
public final class ConnectedAgent implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration FLUSH = Duration.ofSeconds(10);

    private final Consumer<String> log;
    private final MqttUplink uplink;
    private final DeviceAgent agent;
    private final Thread driver = Thread.ofPlatform().daemon().name("millrace-agent").unstarted(this::drive);
    private final ConfigShadow config;
    private volatile Duration samplingInterval;
    private volatile boolean isClosing;

    private ConnectedAgent(DeviceSettings settings, Consumer<String> log) throws IOException {
        this.log = requireNonNull(log, "log is null");
        var events = new Events();
        this.uplink = new MqttUplink(settings.mqtt(), events, events);
        try {
            this.agent = DeviceAgent.open(settings.mqtt().thing(), settings.mqtt().type(), settings.journal(), uplink, uplink, settings.format().codec(),
                    settings.agent(), AgentClock.system(), new SecureRandom());
        } catch (IOException | RuntimeException e) {
            uplink.close();
            throw e;
        }
        this.samplingInterval = settings.samplingInterval();
        this.config = new ConfigShadow(uplink.client(), uplink::isConnected, settings.mqtt().thing(), DeviceConfig.of(settings.samplingInterval(), settings.agent()), this::apply, log);
    }

    private void apply(DeviceConfig wanted) {
        samplingInterval = wanted.samplingInterval();
        agent.reconfigure(wanted.packBytesMax(), wanted.linger(), wanted.backlogPacksPerSecond());
    }

    /// Opens the journal and begins to connect; returns at once. Readings may be taken whether there is a network or not.
    ///
    /// @param log hears, on any thread, what a person may want to know: connections that fail or break, damage found on the disk
    /// @throws IOException              if the journal cannot be opened, see [DeviceAgent#open]
    /// @throws IllegalArgumentException if a PEM file is missing or unreadable; the message names it
    public static ConnectedAgent start(DeviceSettings settings, Consumer<String> log) throws IOException {
        var connected = new ConnectedAgent(settings, log);
        Recovery recovery = connected.agent.recovery();
        if (!recovery.isWhole()) {
            log.accept("journal %s is damaged: %s, lost %s".formatted(settings.journal(), recovery.damages(), recovery.lost()));
        }
        connected.uplink.start();
        connected.driver.start();
        return connected;
    }

    /// Takes a reading now, see [DeviceAgent#take].
    public Reading take(Map<String, Double> measures) {
        return agent.take(measures);
    }

    /// How long to wait between two readings, by the settings or, if it says something, by the shadow. May change at any moment.
    public Duration samplingInterval() {
        return samplingInterval;
    }

    /// For its status, and for what it lost.
    public DeviceAgent agent() {
        return agent;
    }

    /// For its state.
    public MqttUplink uplink() {
        return uplink;
    }

    private void drive() {
        try {
            long lost = 0;
            while (!isClosing) {
                agent.poll();
                if (agent.status().lost() != lost) {
                    lost = agent.status().lost();
                    log.accept("%d readings given up since the start".formatted(lost));
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        } catch (UncheckedIOException e) {
            log.accept("agent has stopped, and takes no more readings until it is started anew: " + e.getMessage());
        }
    }

    /// Sends what waits, at most for ten seconds; the rest is sent after the next start.
    @Override
    public void close() {
        isClosing = true;
        try (uplink; config) {
            driver.join();
            if (!agent.close(FLUSH)) {
                log.accept("%d readings are not acknowledged yet and wait for the next start".formatted(agent.status().backlog()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            agent.close();
        }
    }

    private final class Events implements ConnectionListener, Commands {
        @Override
        public void connected(boolean sessionRejoined) {
            agent.uplinkRestored();
            config.ask();
        }

        @Override
        public void connectFailed(String problem) {
            log.accept(problem);
        }

        @Override
        public void disconnected(String problem) {
            log.accept(problem);
        }

        @Override
        public void commandRefused(String problem) {
            log.accept(problem);
        }

        @Override
        public void resend(long epoch, SeqRange seqs) {
            agent.askResend(epoch, seqs);
        }
    }
}
