package dev.millrace.cdk;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.constructs.IConstruct;

/// How long log groups are kept, and by which key.
final class LogRetention {
    /// CloudWatch Logs, PutRetentionPolicy, `retentionInDays`; what is longer than ten years or for ever is not for logs that
    /// hold no reading.
    static final Set<Integer> DAYS = new TreeSet<>(List.of(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653));

    private LogRetention() {
    }

    /// Holds for every log group below a scope, whichever construct made it.
    ///
    /// @param days of [#DAYS]
    /// @param key  null for CloudWatch's own
    static void apply(IConstruct scope, int days, IKey key) {
        for (IConstruct construct : scope.getNode().findAll()) {
            if (construct instanceof CfnLogGroup group) {
                group.setRetentionInDays(days);
                if (key != null) {
                    group.setKmsKeyId(key.getKeyArn());
                }
            }
        }
    }
}
