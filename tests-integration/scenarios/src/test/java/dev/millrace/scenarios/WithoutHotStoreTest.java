package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Compaction;
import dev.millrace.cli.Deployed;
import dev.millrace.cli.Synthesis;
import dev.millrace.local.LocalCloud;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// A deployment as it is made where Timestream for LiveAnalytics takes no new accounts, with a key of the customer: nothing but
/// the hot store is missing.
@Timeout(300)
class WithoutHotStoreTest {
    private static final String THING = "lake-only-1";
    private static final int READINGS = 10;

    @Test
    void readingsAreCountedOnceIntoTheLakeAndTimestreamIsNeverAsked() throws Exception {
        Path work = Directories.fresh("without-hot-store");
        Path assembly = new Synthesis(Directories.root()).run(work.resolve("cdk.out"), work.resolve("synth.log"), "hotStore=none", "customerKey=true");
        try (LocalCloud cloud = LocalCloud.start(new LocalCloud.Settings(assembly, work.resolve("cloud"), Directories.root(), 0, 0,
                LocalCloud.Settings.DEFAULT_REGION, LocalCloud.Settings.DEFAULT_ACCOUNT, List.of(), _ -> { }, _ -> { }, List.of()))) {
            assertThat(cloud.notSimulated()).contains("not simulated: AWS::KMS::Key (1)");
            var deployed = new Deployed(cloud.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, cloud.outputs());
            Stage stage = Stage.of(deployed);
            try (AwsClients _ = stage.clients(); KinesisClient kinesis = AwsClients.client(KinesisClient.builder(), deployed)) {
                // the last reading is of two days ago: with a hot store its pane would be computed again
                Payload now = Payload.readings(THING, READINGS);
                Payload late = Payload.pack(THING, Payload.reading(THING, READINGS + 1, System.currentTimeMillis() - Duration.ofDays(2).toMillis(), 10));
                Payload malformed = Payload.text(THING, "temp=21");
                for (Payload payload : List.of(now, now, malformed, late)) {
                    kinesis.putRecord(put -> put.streamName(deployed.output("StreamName")).partitionKey(payload.sender()).data(SdkBytes.fromByteArray(payload.bytes())));
                }
                Await.until("the functions have taken everything", Duration.ofMinutes(1), cloud::drained);

                JsonNode report = Compaction.run(cloud);

                var accounts = new Accounts(stage);
                assertThat(accounts.state(THING).tally().accepted()).isEqualTo(READINGS + 1);
                assertThat(accounts.state(THING).tally().duplicate()).isEqualTo(READINGS);
                assertThat(accounts.quarantined(THING)).hasSize(1);
                assertThat(accounts.table(THING)).hasSize(READINGS + 1).doesNotHaveDuplicates();
                assertThat(report).isNotEmpty().allSatisfy(type -> {
                    assertThat(type.get("panesCorrected").asLong()).isZero();
                    assertThat(type.get("panesWaiting").asLong()).isZero();
                });
                assertThat(cloud.calls().keySet()).noneMatch(call -> call.service().startsWith("timestream"));
                assertThat(deployed.outputs()).doesNotContainKeys("TimestreamDatabase", "ReadingsTable", "RollupsTable");
            }
        }
    }
}
