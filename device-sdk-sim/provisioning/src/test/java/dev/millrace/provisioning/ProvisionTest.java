package dev.millrace.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProvisionTest {
    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    private int run(String... more) {
        List<String> args = new ArrayList<>(List.of("--endpoint", "localhost", "--ca", folder.resolve("ca.pem").toString(), "--template", "device",
                "--out", folder.resolve("device").toString()));
        args.addAll(List.of(more));
        CommandLine commandLine = Provision.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
        return commandLine.execute(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --renew                                                 | --renew, but
            --claim-cert c --claim-key k                            | --serial is missing
            --serial SN/1 --claim-cert c --claim-key k              | serial number must match
            --serial SN-1 --claim-key k                             | --claim-cert is missing
            --serial SN-1 --claim-cert c                            | --claim-key is missing
            --serial SN-1 --claim-cert c --claim-key k              | file is missing or not readable
            --serial SN-1 --port 0                                  | port not in 1..65535: 0
            --serial SN-1 --max-age-days 90                         | --max-age-days is for --renew
            --serial SN-1 --timeout-seconds 0                       | patience not in 1 s to 10 min
            """)
    void wrongArgumentsEndWithTwoAndSayWhatIsWrong(String args, String message) {
        assertThat(run(args.split(" ", -1))).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }

    @Test
    void aDeviceThatIsProvisionedIsLeftAlone() throws Exception {
        var cloud = new FakeCloud();
        DeviceIdentity identity = new Provisioning(new IdentityStore(folder.resolve("device")), new SecureRandom()).provision("SN-1", cloud.overClaim());

        assertThat(run("--serial", "SN-1")).isZero();
        assertThat(out.toString()).contains("provisioned already: thing truck-7, type truck, rule telemetry, certificate " + identity.certificateId());
        assertThat(run("--serial", "SN-2")).isEqualTo(2);
        assertThat(errors.toString()).contains("belongs to serial number SN-1");
    }

    @Test
    void aCertificateThatIsYoungIsLeftAloneAndAnOldOneIsRenewed() throws Exception {
        new Provisioning(new IdentityStore(folder.resolve("device")), new SecureRandom()).provision("SN-1", new FakeCloud().overClaim());
        Files.writeString(folder.resolve("ca.pem"), new FakeCloud().certificate(DeviceKey.generate(new SecureRandom()).pair().getPublic()));

        assertThat(run("--renew", "--max-age-days", "36500")).as(errors.toString()).isZero();
        assertThat(out.toString()).contains("left alone: thing truck-7");
        assertThat(run("--renew", "--max-age-days", "0", "--port", "1", "--timeout-seconds", "2")).as("it tries").isEqualTo(1);
        assertThat(errors.toString()).contains("truck-7 at localhost:1: connect");
        assertThat(run("--renew", "--max-age-days", "-1")).isEqualTo(2);
    }

    @Test
    void nobodyAtTheEndpointIsAFailureThatNamesIt() throws Exception {
        var cloud = new FakeCloud();
        DeviceKey key = DeviceKey.generate(new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), cloud.certificate(key.pair().getPublic()));
        Files.writeString(folder.resolve("claim.pem"), cloud.certificate(key.pair().getPublic()));
        Files.writeString(folder.resolve("claim.key"), key.privatePem());

        assertThat(run("--serial", "SN-1", "--claim-cert", folder.resolve("claim.pem").toString(), "--claim-key", folder.resolve("claim.key").toString(),
                "--port", "1", "--timeout-seconds", "2")).isEqualTo(1);
        assertThat(errors.toString()).contains("claim-SN-1 at localhost:1: connect: no answer within PT2S, last AWS_IO_SOCKET_CONNECTION_REFUSED");
    }
}
