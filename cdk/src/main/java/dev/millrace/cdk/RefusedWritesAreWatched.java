package dev.millrace.cdk;

import java.util.function.Consumer;

/// A stream comes with an alarm on the writes that it refuses: AWS IoT tries such a write a few times, and then the message is
/// lost to the stream.
final class RefusedWritesAreWatched implements TemplateRule {
    private static final String METRIC = "WriteProvisionedThroughputExceeded";

    @Override
    public void check(Templates templates, Consumer<String> refuse) {
        boolean isWatched = templates.ofType("AWS::CloudWatch::Alarm").stream().anyMatch(alarm -> alarm.properties().path("MetricName").asText().equals(METRIC)
                && alarm.properties().path("Namespace").asText().equals("AWS/Kinesis") && !alarm.properties().path("AlarmActions").isEmpty());
        for (Templates.Resource stream : templates.ofType("AWS::Kinesis::Stream")) {
            if (!isWatched) {
                refuse.accept(stream.refused("an alarm that tells somebody must watch " + METRIC, "none"));
            }
        }
    }
}
