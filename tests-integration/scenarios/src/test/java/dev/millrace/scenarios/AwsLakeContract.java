package dev.millrace.scenarios;

import dev.millrace.cli.LakeFiles;
import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.testkit.LakeContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;

/// The contract of the lake, held by the adapter of S3 against a bucket that is not a fake. An engine that is not ours reads
/// the files back.
abstract class AwsLakeContract extends LakeContract {
    private Stage stage;

    /// With an output `LakeBucket`.
    abstract Stage stage() throws Exception;

    @BeforeEach
    void findStage() throws Exception {
        stage = stage();
    }

    @Override
    protected Lake lake() {
        return new S3Lake(stage.clients().s3(), stage.deployed().output("LakeBucket"));
    }

    @Override
    protected List<Landed> landed(DeviceType type, String thing) throws Exception {
        Path directory = Directories.fresh("contract");
        LakeFiles.landing(stage.clients().s3(), stage.deployed().output("LakeBucket"), type, directory);
        String sql = """
                SELECT thing, epoch, seq, epoch_ms(taken_at) AS taken_at, epoch_ms(arrived_at) AS arrived_at, other_measures, %s
                FROM read_parquet('%s/%s%s/*/*/*.parquet') WHERE thing = ?
                """.formatted(String.join(", ", type.measures().stream().map(DeviceType.Measure::name).toList()), directory, LakeLayout.LANDING_PREFIX, type.name());
        List<Landed> landed = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, thing);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    var reading = new Reading(new ReadingId(row.getString("thing"), row.getLong("epoch"), row.getLong("seq")), row.getLong("taken_at"), measures(type, row));
                    landed.add(new Landed(reading, row.getLong("arrived_at")));
                }
            }
        }
        return landed;
    }

    private static SortedMap<String, Double> measures(DeviceType type, ResultSet row) throws SQLException {
        SortedMap<String, Double> measures = new TreeMap<>();
        if (row.getObject("other_measures") instanceof Map<?, ?> others) {
            others.forEach((name, value) -> measures.put((String) name, (Double) value));
        }
        for (DeviceType.Measure measure : type.measures()) {
            double value = row.getDouble(measure.name());
            if (!row.wasNull()) {
                measures.put(measure.name(), value);
            }
        }
        return measures;
    }
}
