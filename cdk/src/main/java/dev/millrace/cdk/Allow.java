package dev.millrace.cdk;

import java.util.List;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;

/// Statements with exactly the actions that the code behind a role calls. The grants of the CDK are not used where
/// they give more, as `Bucket.grantPut` and `Table.grantReadWriteData` do.
final class Allow {
    private Allow() {
    }

    /// What a role needs of the key under something that is encrypted: `kms:GenerateDataKey` for who writes, `kms:Decrypt` for
    /// who reads. DynamoDB wants the latter of writers too ("DynamoDB encryption at rest": the table's key is decrypted first).
    ///
    /// @param key null if AWS keeps the key; then nobody needs a right
    static void key(IRole role, IKey key, String... actions) {
        if (key != null) {
            role.addToPrincipalPolicy(on(key.getKeyArn(), actions));
        }
    }

    static PolicyStatement on(String resource, String... actions) {
        return on(List.of(resource), actions);
    }

    static PolicyStatement on(List<String> resources, String... actions) {
        return PolicyStatement.Builder.create().effect(Effect.ALLOW).actions(List.of(actions)).resources(resources).build();
    }
}
