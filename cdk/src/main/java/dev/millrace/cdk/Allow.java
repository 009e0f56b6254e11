package dev.millrace.cdk;

import java.util.List;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;

/// Statements with exactly the actions that the code behind a role calls. The grants of the CDK are not used where
/// they give more, as `Bucket.grantPut` and `Table.grantReadWriteData` do.
final class Allow {
    private Allow() {
    }

    static PolicyStatement on(String resource, String... actions) {
        return on(List.of(resource), actions);
    }

    static PolicyStatement on(List<String> resources, String... actions) {
        return PolicyStatement.Builder.create().effect(Effect.ALLOW).actions(List.of(actions)).resources(resources).build();
    }
}
