package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Millrace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The main job, whole: synthesize, deploy, run a fleet over MQTT, hold the ground truth against the stores.
@Timeout(180)
class DeviceToStoreTest {
    private static final int DEVICES = 4;

    /// What a command left behind.
    private record Ended(int exitCode, String out, String err) {
    }

    @ParameterizedTest
    @ValueSource(strings = {"environment", "machine", "truck"})
    void everyReadingOfAFleetIsAccountedForExactlyOnce(String profile) throws IOException {
        Ended demo = demo("--profile", profile, "--seconds", "10", "--devices", String.valueOf(DEVICES), "--aws-port", "0", "--mqtt-port", "0");

        assertThat(demo.exitCode).as("%s%n%s", demo.out, demo.err).isZero();
        for (int device = 1; device <= DEVICES; device++) {
            assertThat(demo.out).contains("%s-%05d".formatted(profile, device));
        }
        assertThat(demo.out).contains("malformed", "out_of_range", "spoofed").containsIgnoringCase("exactly once");
    }

    /// So many that the shards throttle at the end, when packs are due at the same time.
    @Test
    void everyReadingOfAFleetThatWritesStraightIntoTheStreamIsAccountedForExactlyOnce() throws IOException {
        Ended demo = demo("--transport", "direct", "--profile", "machine", "--seconds", "6", "--devices", "6000", "--interval-ms", "2000",
                "--aws-port", "0", "--mqtt-port", "0");

        assertThat(demo.exitCode).as("%s%n%s", demo.out, demo.err).isZero();
        assertThat(demo.out).contains("Every one of 18,000 readings is accounted for exactly once: 17,995 counted, 5 quarantined, 0 missing, 0 doubled.")
                .contains("malformed", "spoofed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--aws-port", "--mqtt-port"})
    void aPortInUseIsNamedWithTheOptionThatChoosesAnother(String option) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String other = option.equals("--aws-port") ? "--mqtt-port" : "--aws-port";

            Ended demo = demo("--seconds", "1", option, String.valueOf(taken.getLocalPort()), other, "0");

            assertThat(demo.exitCode).isEqualTo(2);
            assertThat(demo.err).contains("port %d is in use".formatted(taken.getLocalPort())).contains(option).doesNotContain(other);
        }
    }

    @Test
    void anUnknownDeviceTypeIsRefusedBeforeAnythingStarts() throws IOException {
        Ended demo = demo("--profile", "submarine");

        assertThat(demo.exitCode).isEqualTo(2);
        assertThat(demo.err).contains("submarine", "environment", "machine", "truck");
    }

    private static Ended demo(String... options) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            var commandLine = new CommandLine(new Millrace());
            String[] arguments = new String[options.length + 3];
            System.arraycopy(new String[] {"demo", "--work", Directories.fresh("demo").toString()}, 0, arguments, 0, 3);
            System.arraycopy(options, 0, arguments, 3, options.length);
            return new Ended(commandLine.execute(arguments), out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }
}
