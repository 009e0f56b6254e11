package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/// What brings the stream's records to a function has every value set, within what Lambda takes ("Kinesis event source
/// parameters"), so that no two of them can have been swapped; and what it gives up lies in S3 with its bytes.
final class MappingsLoseNothing implements TemplateRule {
    private static final int SECONDS_AN_HOUR = 3_600;
    /// Of a stream that says nothing.
    private static final int RETENTION_HOURS = 24;

    @Override
    public void check(Templates templates, Consumer<String> refuse) {
        int retentionHours = templates.ofType("AWS::Kinesis::Stream").stream()
                .mapToInt(stream -> stream.properties().path("RetentionPeriodHours").asInt(RETENTION_HOURS)).min().orElse(RETENTION_HOURS);
        for (Templates.Resource mapping : templates.ofType("AWS::Lambda::EventSourceMapping")) {
            requireBetween(mapping, "BatchSize", 1, 10_000, refuse);
            requireBetween(mapping, "MaximumBatchingWindowInSeconds", 0, 300, refuse);
            // Lambda would take -1, for ever: a record that cannot be taken would stop its shard until it is lost
            requireBetween(mapping, "MaximumRetryAttempts", 1, 10_000, refuse);
            requireBetween(mapping, "MaximumRecordAgeInSeconds", 60, Math.min(604_800, retentionHours * SECONDS_AN_HOUR - 1), refuse);
            JsonNode properties = mapping.properties();
            if (!properties.path("BisectBatchOnFunctionError").asBoolean()) {
                refuse.accept(mapping.refused("BisectBatchOnFunctionError must be true", properties.path("BisectBatchOnFunctionError")));
            }
            JsonNode responses = properties.path("FunctionResponseTypes");
            if (!responses.toString().equals("[\"ReportBatchItemFailures\"]")) {
                refuse.accept(mapping.refused("FunctionResponseTypes must be [\"ReportBatchItemFailures\"]", responses));
            }
            JsonNode destination = properties.path("DestinationConfig").path("OnFailure").path("Destination");
            if (templates.typeOf(mapping.stack(), destination).filter("AWS::S3::Bucket"::equals).isEmpty()) {
                refuse.accept(mapping.refused("DestinationConfig.OnFailure must be a bucket of these stacks: queues and topics get no bytes", destination));
            }
        }
    }

    private static void requireBetween(Templates.Resource mapping, String property, int min, int max, Consumer<String> refuse) {
        JsonNode value = mapping.properties().path(property);
        if (!value.isInt() || value.asInt() < min || value.asInt() > max) {
            refuse.accept(mapping.refused("%s must be a whole number from %d to %d".formatted(property, min, max), value));
        }
    }
}
