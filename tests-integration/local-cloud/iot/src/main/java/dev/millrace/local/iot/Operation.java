package dev.millrace.local.iot;

/// What a client asks of the broker, as AWS IoT Core policies name it, and the kind of resource that it is
/// asked of (AWS IoT developer guide, "AWS IoT Core policy actions" and "action resources").
enum Operation {
    CONNECT("iot:Connect", "client"),
    PUBLISH("iot:Publish", "topic"),
    SUBSCRIBE("iot:Subscribe", "topicfilter"),
    RECEIVE("iot:Receive", "topic");

    private final String action;
    private final String resourceType;

    Operation(String action, String resourceType) {
        this.action = action;
        this.resourceType = resourceType;
    }

    String action() {
        return action;
    }

    /// The name of the resource in the policy language, such as `arn:aws:iot:eu-west-1:000000000000:topic/a/b`.
    String resource(String region, String account, String target) {
        return "arn:aws:iot:" + region + ":" + account + ":" + resourceType + "/" + target;
    }
}
