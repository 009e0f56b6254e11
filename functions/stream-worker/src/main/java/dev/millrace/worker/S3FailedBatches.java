package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.events.LakeLayout;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// In the failures bucket, beside what event source mappings give up and in the same shape (AWS Lambda developer guide, "Retaining
/// discarded batch records for a Kinesis data source"), so that redrive and Athena read both alike. In place of a function's ARN
/// stands `stream-worker <consumer>`, and in place of `Unhandled` what went wrong.
///
/// The key is made of the batch alone: a crash between this and the checkpoint leaves one document, not two.
final class S3FailedBatches implements FailedBatches {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

    private final S3Client s3;
    private final String bucket;
    private final String consumer;
    private final String streamArn;
    private final InstantSource clock;

    /// @param consumer  `ingest` or `archive`
    /// @param streamArn of the stream that was read
    S3FailedBatches(S3Client s3, String bucket, String consumer, String streamArn, InstantSource clock) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.bucket = requireNonNull(bucket, "bucket is null");
        this.consumer = requireNonNull(consumer, "consumer is null");
        this.streamArn = requireNonNull(streamArn, "streamArn is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    @Override
    public void keep(Batch batch, Condition condition, int attempts, String why) throws SinkUnavailable {
        String key = "%sstream-worker-%s/%s/%s/%s.json".formatted(LakeLayout.FAILED_BATCHES_PREFIX, consumer, batch.shard(),
                DAY.format(Instant.ofEpochMilli(batch.first().arrivedAtMillis())), batch.name());
        byte[] document = document(batch, condition, attempts, why);
        try {
            s3.putObject(put -> put.bucket(bucket).key(key).contentType("application/json"), RequestBody.fromBytes(document));
        } catch (SdkException e) {
            throw new SinkUnavailable("%s: %s".formatted(key, e.getMessage()), e);
        }
    }

    private byte[] document(Batch batch, Condition condition, int attempts, String why) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeObjectFieldStart("requestContext");
            json.writeStringField("requestId", batch.name());
            json.writeStringField("functionArn", "stream-worker " + consumer);
            json.writeStringField("condition", condition.wireName());
            json.writeNumberField("approximateInvokeCount", attempts);
            json.writeEndObject();
            json.writeObjectFieldStart("responseContext");
            json.writeNumberField("statusCode", 200);
            json.writeStringField("executedVersion", "$LATEST");
            json.writeStringField("functionError", why);
            json.writeEndObject();
            json.writeStringField("version", "1.0");
            json.writeStringField("timestamp", MILLIS.format(clock.instant()));
            writeInfo(batch, json);
            var event = new ByteArrayOutputStream();
            KinesisEvent.write(batch, event);
            json.writeStringField("payload", event.toString(UTF_8));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void writeInfo(Batch batch, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("KinesisBatchInfo");
        json.writeStringField("shardId", batch.shard());
        json.writeStringField("startSequenceNumber", batch.first().sequenceNumber());
        json.writeStringField("endSequenceNumber", batch.last().sequenceNumber());
        json.writeStringField("approximateArrivalOfFirstRecord", MILLIS.format(Instant.ofEpochMilli(batch.first().arrivedAtMillis())));
        json.writeStringField("approximateArrivalOfLastRecord", MILLIS.format(Instant.ofEpochMilli(batch.last().arrivedAtMillis())));
        json.writeNumberField("batchSize", batch.records().size());
        json.writeStringField("streamArn", streamArn);
        json.writeEndObject();
    }
}
