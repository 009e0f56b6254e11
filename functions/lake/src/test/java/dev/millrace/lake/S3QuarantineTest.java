package dev.millrace.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.Rejection;
import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class S3QuarantineTest {
    private final FakeS3 s3 = new FakeS3();

    @Test
    void aRejectedRecordIsALineWithReasonAndBytes() throws Exception {
        var garbage = new StreamRecord("11", "a", 1_795_003_200_123L, new byte[] {(byte) 0xff, 0, 10});
        var bent = new StreamRecord("12", "b", 1_795_003_200_124L, "{}".getBytes(UTF_8));

        new S3Quarantine(s3, "lake").keep(new Batch("shardId-000000000000", List.of(garbage, bent)), List.of(
                new RejectedRecord(garbage, new Rejection.Malformed("payload is not UTF-8"), 0, List.of()),
                new RejectedRecord(bent, new Rejection.OutOfRange("rpm", 9_999, 0, 4_000), 3, List.of(4L, 5L))));

        assertThat(s3.objects.keySet()).singleElement().asString()
                .matches("lake/quarantine/arrival_date=2026-11-18/arrival_hour=12/shardId-000000000000-11-12-[0-9a-f]{16}\\.jsonl");
        assertThat(new String(s3.objects.values().iterator().next(), UTF_8)).isEqualTo("""
                {"thing":"a","shard":"shardId-000000000000","sequence_number":"11","arrived_at":"2026-11-18T12:00:00.123Z",\
                "reason":"malformed","detail":"payload is not UTF-8","epoch":0,"readings":[],"payload_base64":"/wAK"}
                {"thing":"b","shard":"shardId-000000000000","sequence_number":"12","arrived_at":"2026-11-18T12:00:00.124Z",\
                "reason":"out_of_range","detail":"rpm not in 0.0..4000.0: 9999.0","epoch":3,"readings":[4,5],"payload_base64":"e30="}
                """);
    }

    @Test
    void aBatchThatComesAgainWithFewerRejectionsDoesNotReplaceWhatWasKept() throws Exception {
        var one = new RejectedRecord(new StreamRecord("11", "a", 1_795_003_200_123L, new byte[] {1}), new Rejection.Malformed("x"), 0, List.of());
        var other = new RejectedRecord(new StreamRecord("12", "b", 1_795_003_200_123L, new byte[] {2}), new Rejection.Malformed("x"), 0, List.of());
        var batch = new Batch("shard", List.of(one.record(), other.record()));
        var quarantine = new S3Quarantine(s3, "lake");
        quarantine.keep(batch, List.of(one, other));

        quarantine.keep(batch, List.of(other));
        quarantine.keep(batch, List.of(other));

        assertThat(s3.objects).hasSize(2);
        assertThat(s3.objects.values().stream().map(body -> new String(body, UTF_8))).anyMatch(lines -> lines.contains("\"sequence_number\":\"11\""));
    }

    @Test
    void aLineHasTheMembersThatTheQuarantineTableNames() throws Exception {
        var garbage = new StreamRecord("11", "a", 1_795_003_200_123L, new byte[0]);
        new S3Quarantine(s3, "lake").keep(new Batch("shard", List.of(garbage)), List.of(new RejectedRecord(garbage, new Rejection.Malformed("x"), 0, List.of())));

        List<String> members = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(s3.objects.values().iterator().next())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    members.add(json.currentName());
                }
            }
        }
        assertThat(members).isEqualTo(LakeLayout.QUARANTINE_COLUMNS.stream().map(LakeLayout.Column::name).toList());
    }
}
