package dev.millrace.compact;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// Landing objects in memory, written by the adapter that the archive function uses.
final class LandedFiles implements Landing {
    private final Map<String, byte[]> objects = new TreeMap<>();
    private final Set<String> marked = new HashSet<>();
    private final DeviceType type;
    private final FaultyStorage faults;
    private final S3Lake lake = new S3Lake(new Puts(), "lake");
    private long batches;

    LandedFiles(DeviceType type, FaultyStorage faults) {
        this.type = type;
        this.faults = faults;
    }

    /// As the archive does it with a batch whose first record arrived at an instant.
    void land(List<Landed> readings, long arrivedAtMillis) {
        batches++;
        var record = new StreamRecord("%056d".formatted(batches), "any", arrivedAtMillis, new byte[] {'{'});
        try {
            lake.land(new Batch("shardId-000000000000", List.of(record)), type, readings);
        } catch (SinkUnavailable e) {
            throw new IllegalStateException(e);
        }
    }

    void put(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    Set<String> marked() {
        return marked;
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    /// As a lifecycle rule does.
    int deleteMarked() {
        int deleted = marked.size();
        objects.keySet().removeAll(marked);
        marked.clear();
        return deleted;
    }

    @Override
    public List<LandingObject> list(String after, String before) {
        faults.before("list landing");
        List<LandingObject> found = new ArrayList<>();
        objects.forEach((key, bytes) -> {
            if (key.compareTo(after) > 0 && key.compareTo(before) < 0) {
                found.add(new LandingObject(key, bytes.length));
            }
        });
        return found;
    }

    @Override
    public byte[] read(String key) throws IOException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new IOException("no object " + key);
        }
        return bytes;
    }

    @Override
    public void markCompacted(SortedSet<String> keys) {
        for (String key : keys) {
            faults.before("mark " + key);
            if (objects.containsKey(key)) {
                marked.add(key);
            }
        }
    }

    @Override
    public boolean isCompacted(String key) {
        faults.before("is marked " + key);
        return marked.contains(key) || !objects.containsKey(key);
    }

    private final class Puts implements S3Client {
        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            String prefix = LakeLayout.LANDING_PREFIX + type.name() + "/";
            try {
                objects.put(request.key().substring(prefix.length()), body.contentStreamProvider().newStream().readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {
        }
    }
}
