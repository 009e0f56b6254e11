package dev.millrace.ingest;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Deadline;
import dev.millrace.states.StateItems;
import dev.millrace.timestream.RecordsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/// Lambda handler on the telemetry stream: [IngestConsumer] between the event's bytes and the answer's. Lambda brings one batch at
/// a time.
public final class IngestHandler implements RequestStreamHandler {
    private final BatchConsumer consumer;

    /// As Lambda makes it.
    public IngestHandler() {
        this(IngestConsumer.consumers(new Environment("ingest", System.getenv()), UrlConnectionHttpClient::create, System.out, InstantSource.system()).get());
    }

    IngestHandler(BatchConsumer consumer) {
        this.consumer = requireNonNull(consumer, "consumer is null");
    }

    /// Wired as on Lambda, except for what is given here: so that a benchmark measures what is deployed. The AWS clients
    /// find region and credentials as they always do.
    ///
    /// @param transport   under all AWS clients, in place of connections
    /// @param environment the variables that [IngestConsumer] reads
    /// @param log         takes the metrics, in place of the function's standard output
    public static IngestHandler over(SdkHttpClient transport, Map<String, String> environment, PrintStream log, InstantSource clock) {
        requireNonNull(transport, "transport is null");
        return new IngestHandler(IngestConsumer.consumers(new Environment("ingest", environment), () -> transport, log, clock).get());
    }

    /// As [#over(SdkHttpClient, Map, PrintStream, InstantSource)], and without the clients of the two stores that every
    /// reading passes: what the function does itself, up to encoded bytes.
    ///
    /// @param states    takes encoded states
    /// @param records   takes encoded calls of the hot store
    /// @param transport under the client of the quarantine
    public static IngestHandler over(StateItems states, RecordsWriter records, SdkHttpClient transport, Map<String, String> environment,
            PrintStream log, InstantSource clock) {
        return new IngestHandler(IngestConsumer.over(states, records, transport, new Environment("ingest", environment), log, clock));
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        KinesisEvent.answer(consumer.consume(KinesisEvent.read(event), context == null ? Deadline.NONE : context::getRemainingTimeInMillis), answer);
    }
}
