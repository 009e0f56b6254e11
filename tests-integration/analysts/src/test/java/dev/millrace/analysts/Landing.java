package dev.millrace.analysts;

import dev.millrace.events.DeviceTypes;
import dev.millrace.lake.S3Lake;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.Rejection;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.S3Client;

/// The files of landing and quarantine as the functions write them, some hours of a day in one batch.
final class Landing {
    private static final long BATCH_MILLIS = 6 * 3_600_000L;

    /// One batch's worth of a type.
    private record Cut(String type, long number) implements Comparable<Cut> {
        @Override
        public int compareTo(Cut other) {
            int byType = type.compareTo(other.type);
            return byType != 0 ? byType : Long.compare(number, other.number);
        }
    }

    /// A rejected record of the ground truth.
    record Refused(Instant arrived, String thing, Rejection rejection, List<Long> seqs) {
        LocalDate day() {
            return Taken.dayOf(arrived);
        }
    }

    private final S3Client s3;
    private final String bucket;
    private long sequenceNumber = 1;

    Landing(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /// Every arrival is a row, the second of a reading too.
    void land(List<Taken> truth) throws SinkUnavailable {
        var lake = new S3Lake(s3, bucket);
        Map<Cut, List<Lake.Landed>> cuts = new TreeMap<>();
        for (Taken taken : truth) {
            for (Instant arrival : taken.arrivals()) {
                long millis = arrival.toEpochMilli();
                cuts.computeIfAbsent(new Cut(taken.type(), millis / BATCH_MILLIS), _ -> new ArrayList<>()).add(new Lake.Landed(taken.reading(), millis));
            }
        }
        for (Map.Entry<Cut, List<Lake.Landed>> cut : cuts.entrySet()) {
            lake.land(batch(cut.getValue().stream().mapToLong(Lake.Landed::arrivedAtMillis).min().orElseThrow(), "many"),
                    DeviceTypes.shipped().require(cut.getKey().type()), cut.getValue());
        }
    }

    void refuse(List<Refused> refused) throws SinkUnavailable {
        var quarantine = new S3Quarantine(s3, bucket);
        for (Refused one : refused) {
            Batch batch = batch(one.arrived().toEpochMilli(), one.thing());
            quarantine.keep(batch, List.of(new RejectedRecord(batch.first(), one.rejection(), one.seqs().isEmpty() ? 0 : 1, one.seqs())));
        }
    }

    private Batch batch(long arrivedAtMillis, String thing) {
        byte[] payload = "what the device sent".getBytes(StandardCharsets.UTF_8);
        return new Batch("shardId-000000000001", List.of(new StreamRecord(Long.toString(sequenceNumber++), thing, arrivedAtMillis, payload)));
    }

    /// Refusals on the days of the ground truth, of three reasons.
    static List<Refused> refusals(int... daysAgo) {
        List<Refused> refused = new ArrayList<>();
        for (int ago : daysAgo) {
            Instant morning = SeededFleet.TODAY.minusDays(ago).atTime(6, 0).toInstant(ZoneOffset.UTC);
            for (int i = 0; i <= ago % 3 + 2; i++) {
                refused.add(new Refused(morning.plusSeconds(600L * i), "truck-0000" + (i % 2 + 1), new Rejection.Malformed("not JSON at byte " + i), List.of()));
                refused.add(new Refused(morning.plusSeconds(900L * i), "truck-00003", new Rejection.OutOfRange("speed_kmh", 250 + i, 0, 180), List.of(7L, 8L + i)));
            }
            refused.add(new Refused(morning, "truck-00004", new Rejection.Spoofed("truck-00004", "truck-00001"), List.of()));
        }
        return refused;
    }
}
