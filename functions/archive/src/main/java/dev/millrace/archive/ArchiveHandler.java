package dev.millrace.archive;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/// Lambda handler on the telemetry stream: [ArchiveConsumer] between the event's bytes and the answer's.
public final class ArchiveHandler implements RequestStreamHandler {
    private final BatchConsumer consumer;

    /// As Lambda makes it.
    public ArchiveHandler() {
        this(ArchiveConsumer.consumers(new Environment("archive", System.getenv()), UrlConnectionHttpClient.create(), System.out, InstantSource.system()).get());
    }

    ArchiveHandler(BatchConsumer consumer) {
        this.consumer = requireNonNull(consumer, "consumer is null");
    }

    /// Wired as on Lambda, except for what is given here: so that a benchmark measures what is deployed. The AWS client
    /// finds region and credentials as it always does.
    ///
    /// @param transport   under the AWS client, in place of connections
    /// @param environment the variable that [ArchiveConsumer] reads
    /// @param log         takes the metrics, in place of the function's standard output
    public static ArchiveHandler over(SdkHttpClient transport, Map<String, String> environment, PrintStream log, InstantSource clock) {
        return new ArchiveHandler(ArchiveConsumer.consumers(new Environment("archive", environment), transport, log, clock).get());
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        KinesisEvent.answer(consumer.consume(KinesisEvent.read(event), context == null ? Deadline.NONE : context::getRemainingTimeInMillis), answer);
    }
}
