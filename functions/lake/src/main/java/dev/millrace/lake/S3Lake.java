package dev.millrace.lake;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.LandedRows;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/// One Parquet object for a batch and device type, with the columns of [LakeLayout#landingColumns], sorted by thing
/// and time so that the statistics of its pages select, and with its provenance in the file's metadata.
public final class S3Lake implements Lake {
    private final LakeObjects objects;
    private final String functionVersion;

    /// Writes as this build.
    public S3Lake(S3Client s3, String bucket) {
        this(s3, bucket, Build.VERSION);
    }

    /// @param functionVersion goes into the metadata of every file: by it one finds what a version with a fault has written
    public S3Lake(S3Client s3, String bucket, String functionVersion) {
        this.objects = new LakeObjects(s3, bucket);
        this.functionVersion = requireNonNull(functionVersion, "functionVersion is null");
    }

    @Override
    public void land(Batch batch, DeviceType type, List<Landed> readings) throws SinkUnavailable {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("millrace.type", type.name());
        provenance.put("millrace.schema-version", type.schemaVersion());
        provenance.put("millrace.shard", batch.shard());
        provenance.put("millrace.first-sequence-number", batch.first().sequenceNumber());
        provenance.put("millrace.last-sequence-number", batch.last().sequenceNumber());
        provenance.put("millrace.function-version", functionVersion);
        String key = LakeObjects.key(LakeLayout.LANDING_PREFIX + type.name() + "/", batch, ".parquet");
        try {
            objects.put(key, "application/vnd.apache.parquet", ReadingsParquet.write(LandedRows.of(type, readings), provenance));
        } catch (IOException e) {
            throw new SinkUnavailable("%s: %s".formatted(key, e.getMessage()), e);
        }
    }
}
