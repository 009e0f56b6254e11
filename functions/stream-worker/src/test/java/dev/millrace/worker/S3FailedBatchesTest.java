package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

class S3FailedBatchesTest {
    private static final String KEY = "aws/lambda/stream-worker-ingest/shardId-000000000000/2026/11/18/shardId-000000000000-6-7.json";

    /// Objects in memory.
    private static final class Bucket implements S3Client {
        private final Map<String, byte[]> objects = new TreeMap<>();
        private boolean isDown;

        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            if (isDown) {
                throw SdkClientException.create("down");
            }
            assertThat(request.bucket()).isEqualTo("failures");
            try {
                objects.put(request.key(), body.contentStreamProvider().newStream().readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private final Bucket bucket = new Bucket();

    @Test
    void theDocumentIsOneOfLambdasAndReadsBackAsTheBatch() throws Exception {
        keepAt(Records.ARRIVED + 86_400_000);

        JsonNode document = new ObjectMapper().readTree(bucket.objects.get(KEY));
        assertThat(document.at("/requestContext/functionArn").asText()).isEqualTo("stream-worker ingest");
        assertThat(document.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
        assertThat(document.at("/requestContext/approximateInvokeCount").asInt()).isEqualTo(21);
        assertThat(document.at("/responseContext/functionError").asText()).isEqualTo("poison");
        assertThat(document.at("/timestamp").asText()).isEqualTo(Instant.ofEpochMilli(Records.ARRIVED + 86_400_000).toString().replace("Z", ".000Z"));
        assertThat(document.at("/KinesisBatchInfo/shardId").asText()).isEqualTo(Records.SHARD);
        assertThat(document.at("/KinesisBatchInfo/startSequenceNumber").asText()).isEqualTo("6");
        assertThat(document.at("/KinesisBatchInfo/endSequenceNumber").asText()).isEqualTo("7");
        assertThat(document.at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(2);
        assertThat(KinesisEvent.read(new ByteArrayInputStream(document.get("payload").asText().getBytes(UTF_8)))).usingRecursiveComparison().isEqualTo(Records.batch(6, 7));
    }

    @Test
    void theSameBatchKeptTwiceIsOneDocument() throws Exception {
        keepAt(Records.ARRIVED);
        keepAt(Records.ARRIVED + 86_400_000);

        assertThat(bucket.objects).containsOnlyKeys(KEY);
    }

    @Test
    void aBucketThatIsDownIsSaidByItsKey() {
        bucket.isDown = true;

        assertThatExceptionOfType(SinkUnavailable.class).isThrownBy(() -> keepAt(Records.ARRIVED)).withMessageContaining(KEY).withMessageContaining("down");
    }

    private void keepAt(long now) throws SinkUnavailable {
        new S3FailedBatches(bucket, "failures", "ingest", "arn:aws:kinesis:eu-west-1:000000000000:stream/telemetry", () -> Instant.ofEpochMilli(now))
                .keep(Records.batch(6, 7), FailedBatches.Condition.RETRY_ATTEMPTS_EXHAUSTED, 21, "poison");
    }
}
