package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.ingest.IngestHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The events of a shard through a fresh instance of the function, one after the other, as its Kinesis mapping would bring
/// them: no thing has a state yet, nothing is cached. The handler is the deployed one, wired as on Lambda; only what is
/// beyond its border is ours, and the log and the clock.
final class IngestWork implements Work {
    private static final Map<String, String> ENVIRONMENT = Map.of("STATES_TABLE", "states", "TIMESTREAM_DATABASE", "millrace",
            "READINGS_TABLE", "readings", "ROLLUPS_TABLE", "rollups", "LAKE_BUCKET", "millrace-lake",
            "LEDGER_INTERVALS_MAX", "128", "LEDGER_EPOCHS_MAX", "4");
    /// Where Lambda finds them in its environment; the JVM's properties are the next place where the clients look.
    static final Map<String, String> CREDENTIALS = Map.of("aws.region", "eu-central-1", "aws.accessKeyId", "ASIABENCHMARKBENCHMAR",
            "aws.secretAccessKey", "not-a-secret", "aws.sessionToken", "not-a-token".repeat(40));
    private static final String SETTLED = "{\"batchItemFailures\":[]}";
    private static final long SECOND_MILLIS = 1_000;
    private static final JsonFactory JSON = new JsonFactory();

    /// Where the function ends.
    enum Border {
        /// At the bytes that it has encoded for the hot store and the states.
        ENCODED,
        /// At the HTTP transport below the AWS clients, which marshal, sign and check.
        CLIENTS
    }

    private final List<KinesisEventBytes> events;
    private final InMemoryAws aws = new InMemoryAws();
    private final StatesInMemory states = new StatesInMemory();
    private final LongAdder recordsBytes = new LongAdder();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ShardClock clock = new ShardClock();
    private final IngestHandler handler;

    /// Stands a second after the latest arrival, so that the latencies that the function reports are those of a stream
    /// that is read as it is written.
    private static final class ShardClock implements InstantSource {
        private volatile long millis;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    IngestWork(List<KinesisEventBytes> events, Border border) {
        this.events = List.copyOf(events);
        CREDENTIALS.forEach(System::setProperty);
        var lines = new PrintStream(log, false, UTF_8);
        handler = switch (border) {
            case ENCODED -> IngestHandler.over(states, body -> recordsBytes.add(body.length), aws, ENVIRONMENT, lines, clock);
            case CLIENTS -> IngestHandler.over(aws, ENVIRONMENT, lines, clock);
        };
    }

    @Override
    public void run() throws IOException {
        var answer = new ByteArrayOutputStream();
        for (KinesisEventBytes event : events) {
            clock.millis = event.lastArrivedAtMillis() + SECOND_MILLIS;
            answer.reset();
            handler.handleRequest(new ByteArrayInputStream(event.json()), answer, null);
            if (!answer.toString(UTF_8).equals(SETTLED)) {
                throw new IllegalStateException("the function did not settle a batch of %d records: %s".formatted(event.records(), answer.toString(UTF_8)));
            }
        }
    }

    /// Bytes that passed the border.
    long sentBytes() {
        return aws.bytes() + states.bytes() + recordsBytes.sum();
    }

    /// The function's metrics, added up over all events.
    Counts counts() throws IOException {
        Counts counts = Counts.ZERO;
        for (String line : log.toString(UTF_8).lines().toList()) {
            counts = counts.plus(counts(line));
        }
        return counts;
    }

    private static Counts counts(String line) throws IOException {
        long accepted = 0;
        long duplicate = 0;
        long rejected = 0;
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "accepted" -> accepted = json.getLongValue();
                    case "duplicate" -> duplicate = json.getLongValue();
                    case "rejected" -> rejected = json.getLongValue();
                    default -> json.skipChildren();
                }
            }
        }
        return new Counts(accepted, duplicate, rejected);
    }
}
