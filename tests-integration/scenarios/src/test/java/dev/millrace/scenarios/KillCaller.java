package dev.millrace.scenarios;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.lambda.EnvironmentView;
import dev.millrace.local.lambda.LambdaHost;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Kills a function (`kill -9`) in the midst of its calls of an operation, once. The call at which it dies, and those that
/// it makes beside it, are not passed on; what calls after its death is another environment.
///
/// @param <W> what a witness tells of the stores at that moment
final class KillCaller<W> implements CallGate {
    private static final Duration DEATH = Duration.ofSeconds(10);

    private final LambdaHost host;
    private final String function;
    private final String operation;
    private final AtomicInteger callsToPass;
    private final Supplier<W> witness;
    private final AtomicBoolean isStruck = new AtomicBoolean();
    private final CompletableFuture<W> seen = new CompletableFuture<>();

    /// @param callsToPass calls of the operation that it may still make
    /// @param witness     looks while the function waits for the answer that it will not live to see
    KillCaller(LambdaHost host, String function, String operation, int callsToPass, Supplier<W> witness) {
        this.host = requireNonNull(host, "host is null");
        this.function = requireNonNull(function, "function is null");
        this.operation = requireNonNull(operation, "operation is null");
        this.callsToPass = new AtomicInteger(callsToPass);
        this.witness = requireNonNull(witness, "witness is null");
    }

    @Override
    public void beforePassing(Call call) throws CallRefused {
        if (seen.isDone() || !isOfFunction(call) || !call.operation().equals(operation) || callsToPass.getAndDecrement() > 0) {
            return;
        }
        if (isStruck.compareAndSet(false, true)) {
            strike();
        } else {
            seen.handle((_, _) -> null).join();
        }
        throw new CallRefused(503, "ServiceUnavailable", "the caller is dead");
    }

    private void strike() {
        try {
            W told = witness.get();
            host.environments().stream().filter(environment -> environment.functionName().equals(function) && environment.busy())
                    .forEach(KillCaller::kill);
            seen.complete(told);
        } catch (RuntimeException | AssertionError e) {
            seen.completeExceptionally(e);
        }
    }

    /// Each function has an access key of its own, in which its name has letters and digits only.
    private boolean isOfFunction(Call call) {
        return call.accessKeyId().endsWith(function.replaceAll("[^a-zA-Z0-9]", ""));
    }

    private static void kill(EnvironmentView environment) {
        ProcessHandle process = ProcessHandle.of(environment.pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(DEATH.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// Waits for the death and tells what the witness saw.
    W seen(Duration limit) {
        return seen.orTimeout(limit.toSeconds(), TimeUnit.SECONDS).join();
    }
}
