package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `./millrace doctor` with `AWS_ENDPOINT_URL` set as `demo --keep` says it. It synthesizes the real app on the way.
@Timeout(300)
class DoctorOnLocalCloudTest {
    @Test
    void whatIsSimulatedIsOkAndTheRestIsUnknown() throws Exception {
        LocalCloud cloud = SharedCloud.get().cloud();
        Path out = Directories.fresh("doctor").resolve("out");
        var module = new JavaModule(Directories.root().resolve("tests-integration/local-cloud/cli"));
        var doctor = new ProcessBuilder(module.command(List.of("-Dmillrace.root=" + Directories.root()), "dev.millrace.cli.Millrace",
                List.of("doctor", "-c", "environment=local", "-c", "shards=4", "--things", "100"))).redirectErrorStream(true).redirectOutput(out.toFile());
        doctor.environment().putAll(Map.of("AWS_ENDPOINT_URL", cloud.awsEndpoint().toString(), "AWS_REGION", LocalCloud.Settings.DEFAULT_REGION,
                "AWS_ACCESS_KEY_ID", "operator", "AWS_SECRET_ACCESS_KEY", "local"));

        int exitCode = doctor.start().waitFor();

        List<String> lines = Files.readAllLines(out);
        assertThat(exitCode).as(lines.toString()).isZero();
        assertThat(lines).anyMatch(line -> line.startsWith("ok       template          Millrace-local-State: "))
                .anyMatch(line -> line.startsWith("ok       timestream        Timestream for LiveAnalytics is open"))
                .anyMatch(line -> line.matches("ok {7}shards +4, the load needs 1 .*"))
                .anyMatch(line -> line.matches("unknown {2}bootstrap +not simulated by the local cloud"))
                .anyMatch(line -> line.matches("unknown {2}kinesis +not simulated by the local cloud"))
                .noneMatch(line -> line.startsWith("FAIL"));
    }
}
