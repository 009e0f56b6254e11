package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Takes each event of a file once through a fresh instance of archive, and says what was the largest. Started in a JVM with
/// the heap that a function has, it shows whether batches of that size fit.
final class ArchiveOnce {
    private ArchiveOnce() {
    }

    /// @param args the file, and `json` or `protobuf`
    static void main(String[] args) throws IOException {
        List<KinesisEventBytes> events = Bench.events(Path.of(args[0]), Format.valueOf(args[1]));
        for (KinesisEventBytes event : events) {
            var work = new ArchiveWork(List.of(event));
            work.run();
            System.out.printf("%d records, %d bytes of event, %d readings landed, heap of %d MB%n", event.records(), event.json().length, work.landed().landed(),
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }
}
