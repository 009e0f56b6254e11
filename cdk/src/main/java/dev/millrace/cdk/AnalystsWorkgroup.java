package dev.millrace.cdk;

import java.util.Optional;
import software.amazon.awscdk.services.athena.CfnWorkGroup;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The Athena workgroup of the analysts. Its settings win over the client's, so that no query escapes the limit.
final class AnalystsWorkgroup extends Construct {
    private static final long BYTES_OF_MEGABYTE = 1_000_000;

    private final CfnWorkGroup workgroup;

    /// @param results          takes what queries return
    /// @param key              encrypts it; else S3 does
    /// @param scanMegabytesMax a query that would scan more is stopped
    record Props(String name, IBucket results, Optional<IKey> key, int scanMegabytesMax) {
    }

    AnalystsWorkgroup(Construct scope, String id, Props props) {
        super(scope, id);
        workgroup = CfnWorkGroup.Builder.create(this, "Workgroup")
                .name(props.name())
                // else a workgroup with a history of queries cannot be deleted
                .recursiveDeleteOption(true)
                .workGroupConfiguration(CfnWorkGroup.WorkGroupConfigurationProperty.builder()
                        .enforceWorkGroupConfiguration(true)
                        .publishCloudWatchMetricsEnabled(true)
                        .bytesScannedCutoffPerQuery(props.scanMegabytesMax() * BYTES_OF_MEGABYTE)
                        .engineVersion(CfnWorkGroup.EngineVersionProperty.builder().selectedEngineVersion("Athena engine version 3").build())
                        .resultConfiguration(CfnWorkGroup.ResultConfigurationProperty.builder()
                                .outputLocation("s3://" + props.results().getBucketName() + "/")
                                .encryptionConfiguration(encryption(props))
                                .build())
                        .build())
                .build();
    }

    private static CfnWorkGroup.EncryptionConfigurationProperty encryption(Props props) {
        CfnWorkGroup.EncryptionConfigurationProperty.Builder encryption = CfnWorkGroup.EncryptionConfigurationProperty.builder();
        return props.key().map(key -> encryption.encryptionOption("SSE_KMS").kmsKey(key.getKeyArn()))
                .orElseGet(() -> encryption.encryptionOption("SSE_S3")).build();
    }

    String name() {
        return workgroup.getRef();
    }
}
