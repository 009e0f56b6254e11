package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Millrace;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The demo in bad weather, twenty kinds of it:
/// `mvn verify -Pchaos -pl tests-integration/scenarios -am -Dtest=ChaosTest -Dsurefire.failIfNoSpecifiedTests=false`.
/// `-Dchaos.seeds=7` or `-Dchaos.seeds=21-40` takes others.
@Tag("chaos")
class ChaosTest {
    static LongStream seeds() {
        String[] range = System.getProperty("chaos.seeds", "1-20").split("-", 2);
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyReadingIsCountedOnceWhateverFails(long seed) throws Exception {
        String work = Directories.fresh("chaos-" + seed).toString();

        int exitCode = new CommandLine(new Millrace()).execute("demo", "--chaos", Long.toString(seed), "--seed", Long.toString(seed), "--seconds", "30",
                "--mqtt-port", "0", "--aws-port", "0", "--work", work);

        assertThat(exitCode).as("of the demo in %s", work).isZero();
    }
}
