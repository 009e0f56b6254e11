package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.archive.ArchiveHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// The events of a shard through the function archive as it is deployed, down to the HTTP transport below its S3 client. It
/// keeps nothing from one batch to the next, so one instance runs as often as wanted, as Lambda has it.
final class ArchiveWork implements Work {
    private static final Map<String, String> ENVIRONMENT = Map.of("LAKE_BUCKET", "millrace-lake");
    private static final String SETTLED = "{\"batchItemFailures\":[]}";

    private final List<KinesisEventBytes> events;
    private final ObjectsInMemory s3 = new ObjectsInMemory();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ArchiveHandler handler;

    ArchiveWork(List<KinesisEventBytes> events) {
        this.events = List.copyOf(events);
        IngestWork.CREDENTIALS.forEach(System::setProperty);
        handler = ArchiveHandler.over(s3, ENVIRONMENT, new PrintStream(log, false, UTF_8), InstantSource.fixed(Instant.EPOCH));
    }

    @Override
    public void run() throws IOException {
        s3.clear();
        log.reset();
        var answer = new ByteArrayOutputStream();
        for (KinesisEventBytes event : events) {
            answer.reset();
            handler.handleRequest(new ByteArrayInputStream(event.json()), answer, null);
            if (!answer.toString(UTF_8).equals(SETTLED)) {
                throw new IllegalStateException("the function did not settle a batch of %d records: %s".formatted(event.records(), answer.toString(UTF_8)));
            }
        }
    }

    /// The landing files of the last run, in the order in which they were written.
    List<byte[]> files() {
        return s3.bodies();
    }

    /// @param landed   readings that are in the files
    /// @param rejected readings and records that are not
    record Landed(long landed, long rejected) {
    }

    /// The function's metrics of the last run, added up over all events.
    Landed landed() throws IOException {
        long landed = 0;
        long rejected = 0;
        for (String line : log.toString(UTF_8).lines().toList()) {
            try (JsonParser json = new JsonFactory().createParser(line)) {
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String member = json.currentName();
                    json.nextToken();
                    switch (member) {
                        case "landed" -> landed += json.getLongValue();
                        case "rejected" -> rejected += json.getLongValue();
                        default -> json.skipChildren();
                    }
                }
            }
        }
        return new Landed(landed, rejected);
    }
}
