package dev.millrace.local.iot;

import java.util.List;

/// Where a rule sends a message, and under which role: its ARN.
sealed interface RuleAction {
    /// One record for each message: the action knows no batching.
    record ToKinesis(String role, Template stream, Template partitionKey) implements RuleAction {}

    /// One object for each message.
    record ToS3(String role, Template bucket, Template key) implements RuleAction {}

    /// As an error document names the kind of the action. `S3Action` is documented, `KinesisAction` is by
    /// analogy, see docs/verify-on-aws.md.
    default String awsName() {
        return switch (this) {
            case ToKinesis _ -> "KinesisAction";
            case ToS3 _ -> "S3Action";
        };
    }

    /// What an error document calls the failed resource: the stream or the bucket, as the rule writes it.
    default String resource() {
        return switch (this) {
            case ToKinesis(String _, Template stream, Template _) -> stream.toString();
            case ToS3(String _, Template bucket, Template _) -> bucket.toString();
        };
    }

    /// Reads one element of `Actions`, or `ErrorAction`, of AWS::IoT::TopicRule.
    ///
    /// @throws IllegalArgumentException naming the member that is wrong or not simulated
    static RuleAction parse(JsonMembers action) {
        List<String> kinds = action.node().properties().stream().map(member -> member.getKey()).toList();
        if (kinds.size() != 1) {
            throw new IllegalArgumentException("%s: expected exactly one action, has %s".formatted(action.where(), kinds));
        }
        String kind = kinds.getFirst();
        JsonMembers of = action.object(kind);
        return switch (kind) {
            case "Kinesis" -> {
                of.only("StreamName", "PartitionKey", "RoleArn");
                yield new ToKinesis(of.text("RoleArn"), template(of, "StreamName"), template(of, "PartitionKey"));
            }
            case "S3" -> {
                of.only("BucketName", "Key", "RoleArn");
                yield new ToS3(of.text("RoleArn"), template(of, "BucketName"), template(of, "Key"));
            }
            default -> throw new IllegalArgumentException(action.at(kind) + ": this action is not simulated, only Kinesis and S3 are");
        };
    }

    private static Template template(JsonMembers action, String name) {
        String text = action.text(name);
        try {
            return Template.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(action.at(name) + ": " + e.getMessage(), e);
        }
    }
}
