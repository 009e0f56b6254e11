package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.LakeLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Reads the notices of lost readings that lie in the lake. All keys are listed each time, 1,000 a call; only new objects are
/// fetched.
public final class LostNotices {
    /// An object may be seen only after one that says it is younger.
    private static final Duration OVERLAP = Duration.ofMinutes(15);

    private final S3Client s3;
    private final String bucket;

    /// What a look found.
    ///
    /// @param untilMillis where the next look may begin: the youngest object's time
    /// @param unreadable  objects that are no notice, with what is wrong with them
    public record Look(long untilMillis, List<String> unreadable) {
        public Look {
            unreadable = List.copyOf(unreadable);
        }
    }

    public LostNotices(S3Client s3, String bucket) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.bucket = requireNonNull(bucket, "bucket is null");
    }

    /// Reads into `lost` what came since an earlier look.
    ///
    /// @param sinceMillis `untilMillis` of the last look that went into the same `lost`; 0 for all
    public Look into(LostByThing lost, long sinceMillis) {
        long until = sinceMillis;
        List<String> unreadable = new ArrayList<>();
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.LOST_PREFIX)).contents()) {
            long writtenMillis = object.lastModified().toEpochMilli();
            until = Math.max(until, writtenMillis);
            if (writtenMillis < sinceMillis - OVERLAP.toMillis()) {
                continue;
            }
            try {
                lost.add(LostNotice.parse(object.key(), s3.getObjectAsBytes(get -> get.bucket(bucket).key(object.key())).asByteArray()));
            } catch (IllegalArgumentException e) {
                unreadable.add(e.getMessage());
            }
        }
        return new Look(until, unreadable);
    }
}
