package dev.millrace.cli;

import dev.millrace.events.DeviceType;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.ThingState;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What the stores hold after a run.
///
/// @param states      by thing, from the state table
/// @param hot         rows of the hot store
/// @param lake        rows of the lake's landing files, repeats included
/// @param quarantined entries of the quarantine, each record and reason once
public record Findings(Map<String, ThingState> states, Rows hot, Rows lake, List<Quarantined> quarantined) {
    /// Rows that are read when they are wanted, because all together they are many.
    @FunctionalInterface
    public interface Rows {
        /// @throws SQLException if the store cannot be read
        void forEach(Consumer<Row> reader) throws SQLException;
    }

    /// A stored reading.
    ///
    /// @param measures known measures that have a value
    public record Row(ReadingId id, long takenAtMillis, Map<String, Double> measures) {
    }

    /// A line of the quarantine.
    ///
    /// @param thing   that sent the record
    /// @param seqs    the readings of `epoch` that are rejected; empty if the whole record is
    /// @param payload in base64
    public record Quarantined(String thing, String shard, String sequenceNumber, String reason, long epoch, List<Long> seqs, String payload) {
    }

    /// Asks the stores now.
    public static Findings of(AwsClients clients, Deployed deployed, DeviceType type, HotStore hot, LakeFiles landing) throws IOException {
        return new Findings(Stores.states(clients.dynamoDb(), deployed.output("StatesTable")), reader -> hot.readings(type, reader), landing::rows,
                Stores.quarantined(clients.s3(), deployed.output("LakeBucket")));
    }
}
