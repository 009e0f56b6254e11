package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Topics;
import dev.millrace.local.frontdoor.CallRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A device's PUBACK says that the rules engine has its pack. From there on nothing may be lost without a trace.
@Timeout(120)
class RuleErrorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String THING = SharedCloud.TRUCKS.getLast();

    @Test
    void aPackThatTheStreamRefusesIsInTheFailuresBucketByteForByte() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        Payload pack = Payload.pack(THING, Payload.reading(THING, 7, System.currentTimeMillis(), 20));

        try (SharedCloud.Passage _ = cloud.through(call -> {
            if (call.service().equals("kinesis") && call.operation().equals("PutRecord")) {
                throw new CallRefused(400, "AccessDeniedException", "the rule may not write to the stream");
            }
        }); var device = new SdkDevice(cloud.cloud(), THING, THING)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            assertThat(device.publish(Topics.telemetry(cloud.stage().deployed().output("RuleName"), THING, "environment"), pack.bytes()))
                    .isEqualTo(PubAckReasonCode.SUCCESS);
            cloud.awaitDrained();
        }

        assertThat(ruleErrors(cloud.stage())).filteredOn(error -> error.get("base64OriginalPayload").asText().equals(pack.base64()))
                .singleElement().satisfies(error -> assertThat(error.toString()).contains("KinesisAction", "the rule may not write to the stream"));
        assertThat(cloud.streamRecords()).noneMatch(record -> new Payload(THING, record.payload()).base64().equals(pack.base64()));
    }

    private static List<JsonNode> ruleErrors(Stage stage) throws IOException {
        S3Client s3 = stage.clients().s3();
        String bucket = stage.deployed().output("FailuresBucket");
        List<JsonNode> errors = new ArrayList<>();
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.RULE_ERRORS_PREFIX)).contents()) {
            errors.add(JSON.readTree(s3.getObjectAsBytes(get -> get.bucket(bucket).key(object.key())).asByteArray()));
        }
        return errors;
    }
}
