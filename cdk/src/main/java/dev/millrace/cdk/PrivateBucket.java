package dev.millrace.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/// A bucket that nobody outside the account sees: no public access, TLS only, encrypted by S3. It outlives its stack,
/// because CloudFormation cannot delete a bucket that holds objects anyway. Uploads that were given up are removed.
final class PrivateBucket extends Construct {
    private static final Duration UPLOADS_ABORTED_AFTER = Duration.days(2);
    /// Retried batches overwrite their own objects: the old versions are equal but for failures in our code.
    private static final Duration OLD_VERSIONS_KEPT = Duration.days(30);

    private final Bucket bucket;

    private PrivateBucket(Construct scope, String id, boolean versioned, List<LifecycleRule> rules) {
        super(scope, id);
        bucket = Bucket.Builder.create(this, "Bucket")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                .encryption(BucketEncryption.S3_MANAGED)
                .versioned(versioned)
                .lifecycleRules(rules)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    /// For what cannot be had again: an overwritten or deleted object can be brought back for 30 days.
    static PrivateBucket versioned(Construct scope, String id) {
        return new PrivateBucket(scope, id, true, keepingOldVersions());
    }

    private static List<LifecycleRule> keepingOldVersions() {
        return List.of(
                abortUploads(),
                LifecycleRule.builder().id("old-versions").noncurrentVersionExpiration(OLD_VERSIONS_KEPT).expiredObjectDeleteMarker(true).build());
    }

    /// As [#versioned], and objects under a prefix that bear a tag go when they are old enough.
    static PrivateBucket versioned(Construct scope, String id, String prefix, String tag, Duration age) {
        List<LifecycleRule> rules = new ArrayList<>(keepingOldVersions());
        rules.add(LifecycleRule.builder().id("expire-tagged").prefix(prefix).tagFilters(Map.of(tag, "true")).expiration(age).build());
        return new PrivateBucket(scope, id, true, rules);
    }

    /// For what can be computed again.
    static PrivateBucket expiring(Construct scope, String id, Duration age) {
        List<LifecycleRule> rules = new ArrayList<>(List.of(abortUploads()));
        rules.add(LifecycleRule.builder().id("expire").expiration(age).build());
        return new PrivateBucket(scope, id, false, rules);
    }

    private static LifecycleRule abortUploads() {
        return LifecycleRule.builder().id("abort-uploads").abortIncompleteMultipartUploadAfter(UPLOADS_ABORTED_AFTER).build();
    }

    IBucket bucket() {
        return bucket;
    }
}
