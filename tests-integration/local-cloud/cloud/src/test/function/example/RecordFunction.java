package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the data of each Kinesis record as a line to the file that OUTPUT names, until one tells it otherwise:
/// `poison…` is reported as failed, `hang-once…` and `wait-once…` make it hang the first time, `throw…` throws.
public final class RecordFunction implements RequestStreamHandler {
    private static final Pattern RECORD =
            Pattern.compile("\"sequenceNumber\":\"(\\d+)\",\"data\":\"([^\"]*)\"");

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        Path output = Path.of(System.getenv("OUTPUT"));
        Matcher records = RECORD.matcher(new String(in.readAllBytes(), UTF_8));
        while (records.find()) {
            String data = new String(Base64.getDecoder().decode(records.group(2)), UTF_8);
            if (data.startsWith("throw")) {
                throw new IllegalStateException("cannot take " + data);
            }
            if (data.startsWith("poison")) {
                out.write("{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}".formatted(records.group(1)).getBytes(UTF_8));
                return;
            }
            if (data.startsWith("hang-once")) {
                hangOnce(output.resolveSibling(data));
            }
            Files.writeString(output, data + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        out.write("{\"batchItemFailures\":[]}".getBytes(UTF_8));
    }

    private static void hangOnce(Path marker) throws IOException {
        if (Files.exists(marker)) {
            return;
        }
        Files.createFile(marker);
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
