package dev.millrace.local.chaos;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.LocalCloud;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.lambda.EnvironmentView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// Lets services fail, kills functions, cuts the links of devices, and reshards the stream, as a seed has it.
public final class Chaos implements AutoCloseable {
    private static final int SHARDS_MAX = 4;

    private final RandomGenerator random;
    private final Luck luck;
    private final List<String> things;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Integer> done = new TreeMap<>();

    /// Something that happens again and again.
    @FunctionalInterface
    private interface Mishap {
        /// @return whether there was anything to do it to
        boolean strike(RandomGenerator random) throws IOException, InterruptedException;
    }

    /// Nothing happens before [#rage].
    ///
    /// @param things whose links may be cut; none for devices that have no link
    public Chaos(long seed, List<String> things) {
        this.random = new SplittableRandom(seed);
        this.luck = new Luck(new SplittableRandom(seed ^ 0x9e3779b97f4a7c15L));
        this.things = List.copyOf(things);
    }

    /// What the front door has to ask.
    public CallGate gate() {
        return luck;
    }

    /// From now on, until closed.
    public void rage(LocalCloud cloud) {
        requireNonNull(cloud, "cloud is null");
        luck.rage(true);
        List<String> services = shuffled(random);
        AtomicInteger turn = new AtomicInteger();
        again("service down", 1_500, 4_000, dice -> takeDown(services.get(turn.getAndIncrement() % services.size()), dice));
        again("function killed", 2_000, 6_000, dice -> kill(cloud, dice));
        again("stream resharded", 5_000, 12_000, dice -> reshard(cloud, dice));
        if (!things.isEmpty()) {
            again("link cut", 1_000, 4_000, dice -> cloud.disconnect(things.get(dice.nextInt(things.size()))));
        }
    }

    private void again(String name, int millisMin, int millisMax, Mishap mishap) {
        // each mishap has a generator of its own, so that the one does not change the other's draws
        RandomGenerator own = new SplittableRandom(random.nextLong());
        threads.execute(() -> {
            try {
                while (true) {
                    Thread.sleep(own.nextInt(millisMin, millisMax));
                    if (mishap.strike(own)) {
                        synchronized (done) {
                            done.merge(name, 1, Integer::sum);
                        }
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                System.err.printf("chaos: no %s any more: %s%n", name, e);
            }
        });
    }

    /// One after the other, so that none is spared by a short run.
    private static List<String> shuffled(RandomGenerator random) {
        List<String> services = new ArrayList<>(Luck.SERVICES);
        for (int i = services.size() - 1; i > 0; i--) {
            Collections.swap(services, i, random.nextInt(i + 1));
        }
        return services;
    }

    /// For longer than clients try again.
    private boolean takeDown(String service, RandomGenerator dice) throws InterruptedException {
        luck.takeDown(Set.of(service));
        Thread.sleep(dice.nextInt(2_000, 5_000));
        luck.takeDown(Set.of());
        return true;
    }

    private static boolean kill(LocalCloud cloud, RandomGenerator dice) {
        List<EnvironmentView> alive = cloud.lambdaHost().environments();
        if (alive.isEmpty()) {
            return false;
        }
        return ProcessHandle.of(alive.get(dice.nextInt(alive.size())).pid()).map(ProcessHandle::destroyForcibly).orElse(false);
    }

    /// To the double or the half: what the stand-in's UpdateShardCount does.
    private static boolean reshard(LocalCloud cloud, RandomGenerator dice) {
        int shards = cloud.openShards();
        boolean isDoubled = shards == 1 || (2 * shards <= SHARDS_MAX && dice.nextBoolean());
        cloud.reshard(isDoubled ? 2 * shards : shards / 2);
        return true;
    }

    /// What has happened so far, and how often.
    public Map<String, Integer> done() {
        synchronized (done) {
            Map<String, Integer> all = new TreeMap<>(done);
            all.put("call failed or its answer lost", Math.toIntExact(luck.faults()));
            return all;
        }
    }

    /// The weather clears.
    @Override
    public void close() {
        luck.rage(false);
        threads.shutdownNow();
        threads.close();
        // a service that was down when its mishap was interrupted
        luck.takeDown(Set.of());
    }
}
