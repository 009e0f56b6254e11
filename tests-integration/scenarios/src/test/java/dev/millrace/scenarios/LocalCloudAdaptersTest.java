package dev.millrace.scenarios;

import dev.millrace.cli.AwsClients;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.pipeline.testkit.TimeSeriesContract;
import dev.millrace.timestream.TimestreamSeries;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// Every adapter holds its port's contract against the stand-ins, through the front door, in the tables and buckets of the
/// template.
@Timeout(120)
class LocalCloudAdaptersTest {
    @Nested
    class DynamoDb extends AwsStatesContract {
        @Override
        Stage stage() throws Exception {
            return SharedCloud.get().stage();
        }
    }

    @Nested
    class Landing extends AwsLakeContract {
        @Override
        Stage stage() throws Exception {
            return SharedCloud.get().stage();
        }
    }

    @Nested
    class Quarantine extends AwsQuarantineContract {
        @Override
        Stage stage() throws Exception {
            return SharedCloud.get().stage();
        }
    }

    @Nested
    class Timestream extends TimeSeriesContract {
        private static final long MINUTE_MILLIS = 60_000;

        private final long minuteMillis = System.currentTimeMillis() / MINUTE_MILLIS * MINUTE_MILLIS;
        private Stage stage;

        @BeforeEach
        void findStage() throws Exception {
            stage = SharedCloud.get().stage();
        }

        @Override
        protected TimeSeries timeSeries() {
            return new TimestreamSeries(AwsClients.pointed(TimestreamWriteClient.builder(), stage.deployed()),
                    stage.deployed().output("TimestreamDatabase"), stage.deployed().output("ReadingsTable"), stage.deployed().output("RollupsTable"));
        }

        @Override
        protected long minuteMillis() {
            return minuteMillis;
        }

        @Override
        protected List<ReadingId> storedReadings(String thing) {
            return new Accounts(stage).hot(thing);
        }

        @Override
        protected double storedSum(String thing) {
            String sql = "SELECT temperature_c_sum FROM \"%s\".\"%s\" WHERE thing = '%s' AND time = from_milliseconds(%d)".formatted(
                    stage.deployed().output("TimestreamDatabase"), stage.deployed().output("RollupsTable"), thing, minuteMillis);
            return Double.parseDouble(stage.clients().timestream().query(query -> query.queryString(sql)).rows().getFirst().data().getFirst().scalarValue());
        }
    }
}
