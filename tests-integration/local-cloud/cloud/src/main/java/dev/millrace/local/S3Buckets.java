package dev.millrace.local;

import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/// `AWS::S3::Bucket` in the S3 stand-in.
final class S3Buckets implements ResourceProvider {
    private static final List<String> GAPS = List.of("IntelligentTieringConfigurations", "InventoryConfigurations", "LifecycleConfiguration",
            "LoggingConfiguration", "NotificationConfiguration", "ObjectLockConfiguration", "ReplicationConfiguration", "VersioningConfiguration");
    /// Nobody but this machine can come in, and there is one kind of storage.
    private static final Set<String> WITHOUT_EFFECT = Set.of("BucketEncryption", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags", "ObjectLockEnabled",
            "MetricsConfigurations", "AccessControl");

    private final S3Client s3;

    S3Buckets(S3Client s3) {
        this.s3 = s3;
    }

    @Override
    public Provisioned create(ResourceRequest request) {
        Set<String> used = new HashSet<>(GAPS);
        used.add("BucketName");
        request.allow(used, WITHOUT_EFFECT);
        String name = request.name("BucketName", PhysicalName.BUCKET);
        try {
            s3.createBucket(bucket -> bucket.bucket(name));
        } catch (BucketAlreadyOwnedByYouException _) {
            // a restarted cloud finds its data again
        }
        String host = name + ".s3.amazonaws.com";
        String regional = "%s.s3.%s.amazonaws.com".formatted(name, request.partition().region());
        return Provisioned.simulatedWithout(request.present(GAPS), name,
                Map.of("Arn", "arn:aws:s3:::" + name, "DomainName", host, "RegionalDomainName", regional));
    }
}
