package dev.millrace.pipeline.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The simulation finds what is wrong. A simulation that passes proves nothing unless it fails where it should.
class MutantsTest {
    private static final int SEEDS = 2_000;

    @Test
    void itFindsSomeDefectsInEveryBuild() throws Throwable {
        assertThat(survivors(Mutants.QUICK)).isEmpty();
    }

    @Test
    @Tag("mutants")
    void itFindsEveryDefect() throws Throwable {
        assertThat(survivors(Stream.concat(Mutants.QUICK.stream(), Mutants.MORE.stream()).toList())).isEmpty();
    }

    @Test
    void aDefectThatNoLongerFitsItsSourceIsReported() {
        Mutant mutant = Mutant.inPipeline("gone", "Ledger", "text that is not there", "");

        assertThatThrownBy(() -> MutantLoader.load(mutant)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mutant 'gone'").hasMessageContaining("dev.millrace.pipeline.Ledger").hasMessageContaining("text that is not there");
    }

    private static List<Mutant> survivors(List<Mutant> mutants) throws Throwable {
        List<Mutant> survivors = new ArrayList<>();
        System.out.println("| defect | in | found by seed | check | seconds |");
        System.out.println("|---|---|---|---|---|");
        for (Mutant mutant : mutants) {
            MethodHandle failedCheck = failedCheck(mutant);
            long started = System.nanoTime();
            long seed = 0;
            String check = "";
            while (check.isEmpty() && seed < SEEDS) {
                check = (String) failedCheck.invokeExact(seed++);
            }
            if (check.isEmpty()) {
                survivors.add(mutant);
            }
            double seconds = Duration.ofNanos(System.nanoTime() - started).toMillis() / 1_000.0;
            System.out.printf("| %s | `%s` | %s | %s | %.1f |%n", mutant, mutant.type().replaceAll(".*\\.", ""),
                    check.isEmpty() ? "**none**" : seed - 1, check, seconds);
        }
        return survivors;
    }

    private static MethodHandle failedCheck(Mutant mutant) throws ReflectiveOperationException {
        Class<?> simulation = MutantLoader.load(mutant).loadClass(FleetSimulation.class.getName());
        return MethodHandles.publicLookup().findStatic(simulation, "failedCheck", MethodType.methodType(String.class, long.class));
    }
}
