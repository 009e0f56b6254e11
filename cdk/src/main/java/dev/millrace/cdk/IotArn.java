package dev.millrace.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/// What AWS IoT knows by name in the account and region of a stack, and the rights to it.
final class IotArn {
    private IotArn() {
    }

    /// A statement of a policy of AWS IoT that allows an action on some names of one kind.
    static Map<String, Object> allow(Construct scope, String action, String kind, List<String> names) {
        return Ordered.map("Effect", "Allow", "Action", action, "Resource", names.stream().map(name -> of(scope, kind, name)).toList());
    }

    /// @param kind `topic`, `topicfilter`, `client`, `cert`, …
    static String of(Construct scope, String kind, String name) {
        return Stack.of(scope).formatArn(ArnComponents.builder().service("iot").resource(kind).resourceName(name).build());
    }
}
