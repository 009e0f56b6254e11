package dev.millrace.local.chaos;

import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.CallRefused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// What befalls calls: each may be throttled, fail, wait, or lose its answer; and now and then a service is down for some
/// seconds. Which call draws which lot depends on the order in which they come, so a seed gives a kind of weather, not the same
/// history twice.
final class Luck implements CallGate {
    static final List<String> SERVICES = List.of("dynamodb", "kinesis", "s3", "timestream");
    private static final double THROTTLED = 0.06;
    private static final double BROKEN = 0.05;
    private static final double ANSWER_LOST = 0.04;
    private static final double DELAYED = 0.1;
    private static final Duration DELAY_MAX = Duration.ofMillis(400);
    /// By such keys functions and topic rules call; whoever looks on, such as the demo's own report, is spared.
    private static final String ROLE_KEYS = "LOCAL";

    private final RandomGenerator random;
    private final AtomicLong faults = new AtomicLong();
    private volatile boolean isRaging;
    private volatile Set<String> down = Set.of();

    Luck(RandomGenerator random) {
        this.random = random;
    }

    void rage(boolean rages) {
        isRaging = rages;
        down = Set.of();
    }

    /// Takes services down, or with an empty set up again.
    void takeDown(Set<String> services) {
        down = Set.copyOf(services);
    }

    /// How many calls were refused, and answers lost.
    long faults() {
        return faults.get();
    }

    @Override
    public void beforePassing(Call call) throws CallRefused, InterruptedException {
        if (isSpared(call)) {
            return;
        }
        double lot = draw();
        if (draw() < DELAYED) {
            Thread.sleep((long) (draw() * DELAY_MAX.toMillis()));
        }
        Optional<Fault> fault = down.contains(call.service()) || lot < BROKEN ? Optional.of(Fault.BROKEN)
                : lot < BROKEN + THROTTLED ? Optional.of(Fault.THROTTLED) : Optional.empty();
        if (fault.isPresent() && !isLastResort(call)) {
            faults.incrementAndGet();
            throw fault.get().of(call.service());
        }
    }

    @Override
    public boolean losesAnswer(Call call) {
        boolean loses = !isSpared(call) && draw() < ANSWER_LOST;
        if (loses) {
            faults.incrementAndGet();
        }
        return loses;
    }

    private boolean isSpared(Call call) {
        return !isRaging || !call.accessKeyId().startsWith(ROLE_KEYS);
    }

    /// What an error action or an on-failure destination writes is all that is left of its readings in the cloud: it may wait or be
    /// written twice, but if it fails for good, only the device still has them (which is the matter of another scenario).
    private static boolean isLastResort(Call call) {
        return call.service().equals("s3") && call.accessKeyId().contains("ErrorRole");
    }

    /// Many threads draw from one generator.
    private double draw() {
        synchronized (random) {
            return random.nextDouble();
        }
    }
}
