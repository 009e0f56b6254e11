package dev.millrace.pipeline.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What all parts of one history share: the generator, the virtual clock, the log and the first violation. Used by
/// one thread at a time, see [Fiber].
final class World {
    /// 2026-11-18T12:00Z, the first instant of every history.
    static final long NOON = 1_795_003_200_000L;

    private final Chance chance;
    private final Weather weather;
    private final boolean logged;
    private final List<String> log = new ArrayList<>();
    private final List<Fiber> leftBehind = new ArrayList<>();
    private long nowMillis = NOON;
    private int faultsLeft;
    private Violation violation;

    World(long seed, boolean logged) {
        this.chance = new Chance(seed);
        this.weather = Weather.draw(chance);
        this.logged = logged;
        this.faultsLeft = weather.faults();
        log("seed %d: %s", seed, weather);
    }

    Chance chance() {
        return chance;
    }

    Weather weather() {
        return weather;
    }

    long nowMillis() {
        return nowMillis;
    }

    void advance(long millis) {
        nowMillis += millis;
    }

    /// Whether something goes wrong now; spends one of the history's faults.
    boolean goesWrong(int percent) {
        if (faultsLeft == 0 || !chance.percent(percent)) {
            return false;
        }
        faultsLeft--;
        return true;
    }

    /// Nobody waits any longer for this thread, but it may go on.
    void leaveBehind(Fiber fiber) {
        leftBehind.add(fiber);
    }

    /// The threads left behind that have not ended.
    List<Fiber> leftBehind() {
        leftBehind.removeIf(Fiber::isFinished);
        return List.copyOf(leftBehind);
    }

    /// One line of the history: kept only when it is to be printed, because most never are.
    @SuppressWarnings("AnnotateFormatMethod") // Error Prone's annotation is no dependency of ours
    void log(String format, Object... values) {
        if (logged) {
            log.add("%+12d ms  %s".formatted(nowMillis - NOON, format.formatted(values)));
        }
    }

    List<String> lines() {
        return log;
    }

    /// States what must hold. The first violation is kept apart from its exception, which a worker might swallow.
    ///
    /// @param check short name of what is checked
    @SuppressWarnings("AnnotateFormatMethod")
    void require(boolean holds, String check, String format, Object... values) {
        if (!holds) {
            var found = new Violation(check, format.formatted(values));
            if (violation == null) {
                violation = found;
                log("VIOLATION %s", found.getMessage());
            }
            throw found;
        }
    }

    /// Takes an exception that nobody expects for a violation.
    void fail(String check, RuntimeException cause) {
        if (violation == null) {
            violation = new Violation(check, cause.toString());
            violation.initCause(cause);
            log("VIOLATION %s", violation.getMessage());
        }
    }

    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }
}
