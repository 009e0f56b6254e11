package dev.millrace.cdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.StorageClass;
import software.amazon.awscdk.services.s3.Transition;
import software.constructs.Construct;

/// A bucket that nobody outside the account sees: no public access, TLS only, encrypted. It outlives its stack,
/// because CloudFormation cannot delete a bucket that holds objects anyway. Uploads that were given up are removed.
final class PrivateBucket extends Construct {
    private static final Duration UPLOADS_ABORTED_AFTER = Duration.days(2);
    /// Retried batches overwrite their own objects: the old versions are equal but for failures in our code.
    private static final Duration OLD_VERSIONS_KEPT = Duration.days(30);

    /// After it an object costs less for as long as nobody reads it, and is read as fast as before ("S3 Intelligent-Tiering").
    private static final Duration TIERED_AFTER = Duration.days(30);

    private final Bucket bucket;

    /// @param key encrypts the objects; else S3 does by its own
    private PrivateBucket(Construct scope, String id, Optional<IKey> key, boolean versioned, List<LifecycleRule> rules) {
        super(scope, id);
        Bucket.Builder builder = Bucket.Builder.create(this, "Bucket")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                .encryption(BucketEncryption.S3_MANAGED)
                .versioned(versioned)
                .lifecycleRules(rules)
                .removalPolicy(RemovalPolicy.RETAIN);
        // one call of KMS for many objects
        key.ifPresent(own -> builder.encryption(BucketEncryption.KMS).encryptionKey(own).bucketKeyEnabled(true));
        bucket = builder.build();
    }

    /// For what cannot be had again: an overwritten or deleted object can be brought back for 30 days.
    ///
    /// @param expiring objects that go when they are old enough
    static PrivateBucket versioned(Construct scope, String id, Optional<IKey> key, LifecycleRule... expiring) {
        List<LifecycleRule> rules = new ArrayList<>(keepingOldVersions());
        rules.addAll(List.of(expiring));
        return new PrivateBucket(scope, id, key, true, rules);
    }

    private static List<LifecycleRule> keepingOldVersions() {
        return List.of(
                abortUploads(),
                LifecycleRule.builder().id("old-versions").noncurrentVersionExpiration(OLD_VERSIONS_KEPT).expiredObjectDeleteMarker(true).build(),
                LifecycleRule.builder().id("cheaper-tier").transitions(List.of(
                        Transition.builder().storageClass(StorageClass.INTELLIGENT_TIERING).transitionAfter(TIERED_AFTER).build())).build());
    }

    /// Of objects under a prefix that bear a tag.
    static LifecycleRule expiringTagged(String prefix, String tag, Duration age) {
        return LifecycleRule.builder().id("expire-tagged").prefix(prefix).tagFilters(Map.of(tag, "true")).expiration(age).build();
    }

    /// Of all objects under a prefix.
    static LifecycleRule expiringUnder(String id, String prefix, Duration age) {
        return LifecycleRule.builder().id(id).prefix(prefix).expiration(age).build();
    }

    /// For what can be computed again.
    static PrivateBucket expiring(Construct scope, String id, Optional<IKey> key, Duration age) {
        List<LifecycleRule> rules = new ArrayList<>(List.of(abortUploads()));
        rules.add(LifecycleRule.builder().id("expire").expiration(age).build());
        return new PrivateBucket(scope, id, key, false, rules);
    }

    private static LifecycleRule abortUploads() {
        return LifecycleRule.builder().id("abort-uploads").abortIncompleteMultipartUploadAfter(UPLOADS_ABORTED_AFTER).build();
    }

    IBucket bucket() {
        return bucket;
    }
}
