package dev.millrace.pipeline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.Rejection;
import dev.millrace.pipeline.StreamRecord;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every quarantine must do.
public abstract class QuarantineContract {
    private static final long ARRIVED_AT = 1_795_003_200_250L;
    private static final byte[] NO_TEXT = {0, (byte) 0xff, '\n', '"', (byte) 0xc3, 13};

    /// What is kept of a record for one reason.
    ///
    /// @param payload the record's bytes in base64
    public record Entry(String sequenceNumber, String reason, long epoch, List<Long> seqs, String payload) {
        public Entry {
            seqs = List.copyOf(seqs);
        }

        /// What must be kept of a rejected record.
        public static Entry of(RejectedRecord rejected) {
            return new Entry(rejected.record().sequenceNumber(), rejected.rejection().reason(), rejected.epoch(), rejected.seqs(),
                    Base64.getEncoder().encodeToString(rejected.record().payload()));
        }
    }

    /// Names that no other run of this contract on the same quarantine has used.
    private final String thing = UUID.randomUUID().toString();
    private final String shard = "shardId-" + thing;
    private final StreamRecord first = record(1, NO_TEXT);
    private final StreamRecord second = record(2, "{\"v\":1,\"type\":\"truck\"}".getBytes(UTF_8));
    private final RejectedRecord garbage = new RejectedRecord(first, new Rejection.Malformed("byte 1 is no JSON"), 0, List.of());
    private final RejectedRecord hot = new RejectedRecord(second, new Rejection.OutOfRange("coolant_c", 200, -60, 150), 3, List.of(7L, 9L));
    private final RejectedRecord ancient = new RejectedRecord(second, new Rejection.EpochForgotten(3, 5), 3, List.of(8L));

    /// The quarantine under test.
    protected abstract Quarantine quarantine();

    /// What is kept of a thing, each entry as often as it is there.
    protected abstract List<Entry> kept(String thing) throws Exception;

    @Test
    void aRecordIsKeptOnceForEachReasonWithItsBytes() throws Exception {
        quarantine().keep(new Batch(shard, List.of(first, second)), List.of(garbage, hot, ancient));

        assertThat(kept(thing)).containsExactlyInAnyOrder(Entry.of(garbage), Entry.of(hot), Entry.of(ancient));
    }

    @Test
    void keepingTheSameBatchAgainChangesNothing() throws Exception {
        var batch = new Batch(shard, List.of(first, second));

        quarantine().keep(batch, List.of(garbage, hot));
        quarantine().keep(batch, List.of(garbage, hot));

        assertThat(kept(thing)).containsExactlyInAnyOrder(Entry.of(garbage), Entry.of(hot));
    }

    /// A retry may be cut shorter, and a delayed write of it may come last: it must not take what the longer cut brought.
    @Test
    void aShorterCutDoesNotReplaceALongerOne() throws Exception {
        quarantine().keep(new Batch(shard, List.of(first, second)), List.of(garbage, hot));
        quarantine().keep(new Batch(shard, List.of(first)), List.of(garbage));

        assertThat(kept(thing)).contains(Entry.of(garbage), Entry.of(hot));
    }

    /// When a batch comes again after some of its things were committed, their rejected readings are duplicates.
    @Test
    void theSameCutWithFewerRejectionsReplacesNothing() throws Exception {
        var batch = new Batch(shard, List.of(first, second));
        quarantine().keep(batch, List.of(garbage, hot));

        quarantine().keep(batch, List.of(garbage));

        assertThat(kept(thing)).contains(Entry.of(garbage), Entry.of(hot));
    }

    private StreamRecord record(int number, byte[] payload) {
        return new StreamRecord(String.valueOf(1_000 + number), thing, ARRIVED_AT + number, payload);
    }
}
