package dev.millrace.cdk;

import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/// Names of things of AWS IoT in the account and region of a stack.
final class IotArn {
    private IotArn() {
    }

    /// @param kind `topic`, `topicfilter`, `client`, `cert`, …
    static String of(Construct scope, String kind, String name) {
        return Stack.of(scope).formatArn(ArnComponents.builder().service("iot").resource(kind).resourceName(name).build());
    }
}
