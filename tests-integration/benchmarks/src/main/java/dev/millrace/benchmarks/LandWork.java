package dev.millrace.benchmarks;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Inspection;
import dev.millrace.pipeline.Inspector;
import dev.millrace.pipeline.LandedRows;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/// The last part of archive alone: readings that are decoded and inspected are sorted and written as Parquet. It is what
/// DuckDB does, and the sorting.
final class LandWork implements Work {
    private final ObjectsInMemory s3 = new ObjectsInMemory();
    private final S3Lake lake;
    private final List<Landing> landings = new ArrayList<>();

    private record Landing(Batch batch, LandedRows rows) {
    }

    LandWork(List<KinesisEventBytes> events) throws IOException {
        IngestWork.CREDENTIALS.forEach(System::setProperty);
        lake = new S3Lake(S3Client.builder().httpClient(s3).build(), "millrace-lake");
        for (KinesisEventBytes event : events) {
            Batch batch = KinesisEvent.read(new ByteArrayInputStream(event.json()));
            var inspector = new Inspector(PackCodec.anyFormat(), DeviceTypes.shipped());
            Map<String, LandedRows> byType = new LinkedHashMap<>();
            for (StreamRecord record : batch.records()) {
                if (inspector.inspect(record) instanceof Inspection.Legible legible) {
                    LandedRows rows = byType.computeIfAbsent(legible.type().name(), _ -> new LandedRows(legible.type()));
                    legible.readings().stream().filter(one -> one.rejection().isEmpty()).forEach(one -> rows.add(one.reading(), record.arrivedAtMillis()));
                }
            }
            byType.values().stream().filter(rows -> !rows.isEmpty()).forEach(rows -> landings.add(new Landing(batch, rows)));
        }
    }

    @Override
    public void run() throws IOException {
        s3.clear();
        for (Landing landing : landings) {
            try {
                lake.land(landing.batch, landing.rows.type(), landing.rows);
            } catch (SinkUnavailable e) {
                throw new IOException(e);
            }
        }
    }
}
