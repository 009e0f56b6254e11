package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import software.amazon.awscdk.services.lambda.DlqDestinationConfig;
import software.amazon.awscdk.services.lambda.IEventSourceDlq;
import software.amazon.awscdk.services.lambda.IEventSourceMapping;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.s3.IBucket;

/// Where an event source mapping lays down the records that it gave up, with their bytes: a bucket, because a queue
/// would get pointers only. The library's own S3 destination gives the function read and delete on the whole bucket;
/// Lambda needs `s3:PutObject` and `s3:ListBucket` ("Kinesis on-failure destination").
final class FailedBatches implements IEventSourceDlq {
    private final IBucket failures;

    FailedBatches(IBucket failures) {
        this.failures = failures;
    }

    @Override
    public DlqDestinationConfig bind(IEventSourceMapping mapping, IFunction function) {
        function.addToRolePolicy(Allow.on(failures.arnForObjects(LakeLayout.FAILED_BATCHES_PREFIX + "*"), "s3:PutObject"));
        function.addToRolePolicy(Allow.on(failures.getBucketArn(), "s3:ListBucket"));
        if (failures.getEncryptionKey() != null) {
            function.addToRolePolicy(Allow.on(failures.getEncryptionKey().getKeyArn(), "kms:GenerateDataKey"));
        }
        return DlqDestinationConfig.builder().destination(failures.getBucketArn()).build();
    }
}
