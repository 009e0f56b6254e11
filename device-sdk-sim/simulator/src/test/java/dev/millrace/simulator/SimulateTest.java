package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateTest {
    @TempDir
    private Path folder;
    private final StringWriter errors = new StringWriter();

    private int run(String... more) {
        List<String> args = new ArrayList<>(List.of("--endpoint", "localhost", "--ca", folder.resolve("ca.pem").toString(), "--certs",
                folder.toString(), "--profile", "truck", "--rule", "rule", "--journal", folder.resolve("j").toString(), "--truth",
                folder.resolve("t").toString()));
        args.addAll(List.of(more));
        return new CommandLine(new Simulate()).setErr(new PrintWriter(errors, true)).execute(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --devices 0 --seconds 5                      | --devices not in 1..10000: 0
            --devices 1 --seconds 0                      | --seconds not in 1..604800: 0
            --devices 1 --seconds 5 --resend 1.5         | --resend not in 0..1: 1.5
            --devices 1 --seconds 5 --delay NaN          | --delay not in 0..1: NaN
            --devices 1 --seconds 5 --spoofed 1          | --spoofed needs another thing to name
            --devices 1 --seconds 5 --out-of-range 6     | --out-of-range is 6, but the run takes only some 5 readings
            --devices 1 --seconds 5 --interval-ms 6000   | --interval-ms 6000 is longer than the run of 5 s
            --devices 1 --seconds 5 --interval-ms 1      | --interval-ms not in 10..3600000: 1
            --devices 1 --seconds 5 --stream s           | --stream: for --transport direct only, this is mqtt
            --devices 1 --seconds 5 --port 0             | --port not in 1..65535: 0
            --devices 1 --seconds 5 --sync-ms 4000000    | interval not over 0 and up to PT1H
            --devices 1 --seconds 5 --profile boat       | expected one of [environment, machine, truck]
            --devices 1 --seconds 5 --format xml         | expected one of [json, protobuf]
            --devices 1 --seconds 5 --agent linger=1w    | --agent linger: expected a time such as
            --devices 1 --seconds 5 --agent lingr=1s     | --agent lingr: expected one of
            --devices 1 --seconds 5 --outage 2           | --outage not in 0..1: 2.0
            --devices 1 --seconds 5 --reboot -1          | --reboot not in 0..1: -1.0
            --devices 1 --seconds 5 --disk-losses 2      | --disk-losses not in 0..1: 2
            --devices 1 --seconds 5 --skew-ms 300001     | --skew-ms not in 0..300000: 300001
            --devices 1                                  | --seconds
            """)
    void wrongArgumentsEndWithTwoAndSayWhatIsWrong(String args, String message) {
        assertThat(run(args.split(" ", -1))).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --endpoint localhost                             | --transport mqtt needs --ca, --certs, --rule, --journal
            --transport direct                               | --transport direct needs --stream
            --transport direct --stream s --ca ca.pem        | --ca: for --transport mqtt only, this is direct
            --transport direct --stream s --delay 0          | --delay: for --transport mqtt only, this is direct
            --transport direct --stream s --outage 0.2       | --outage, --reboot, --disk-losses and --skew-ms are for --transport mqtt only, this is direct
            --transport direct --stream s --devices 100001   | --devices not in 1..100000: 100001
            --transport direct --stream s --aws-endpoint x   | --aws-endpoint must be a URL such as http://localhost:4566: x
            --transport pigeon                               | expected one of [mqtt, direct]
            """)
    void wrongArgumentsForATransportEndWithTwoAndSayWhatIsWrong(String args, String message) {
        List<String> all = new ArrayList<>(List.of("--profile", "truck", "--truth", folder.resolve("t").toString(), "--seconds", "5"));
        all.addAll(List.of(args.split(" ", -1)));
        if (!all.contains("--devices")) {
            all.addAll(List.of("--devices", "2"));
        }
        assertThat(new CommandLine(new Simulate()).setErr(new PrintWriter(errors, true)).execute(all.toArray(String[]::new))).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }

    @Test
    void theFirstMissingCertificateIsNamed() throws Exception {
        assertThat(run("--devices", "2", "--seconds", "5")).isEqualTo(2);
        assertThat(errors.toString()).contains("missing file " + folder.resolve("ca.pem"));

        for (String name : List.of("ca.pem", "truck-00001.cert.pem", "truck-00001.key.pem", "truck-00002.cert.pem")) {
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(run("--devices", "2", "--seconds", "5")).isEqualTo(2);
        assertThat(errors.toString()).contains("missing file " + folder.resolve("truck-00002.key.pem"))
                .contains("PEM private key of each of the 2 devices as <thing>.key.pem");
    }
}
