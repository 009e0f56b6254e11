package dev.millrace.local.meter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.frontdoor.CallCounter;
import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.kinesis.StreamUse;
import dev.millrace.local.lambda.FunctionUse;
import dev.millrace.local.lambda.LambdaHost;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Resource;
import dev.millrace.local.timestream.LocalTimestream;
import dev.millrace.local.timestream.WritesUse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// Puts together what the parts of a local cloud have counted. The units are those of AWS's price lists; where these leave
/// something open, docs/verify-on-aws.md says what was taken.
///
/// What is stored is taken to be kept for a month, in Timestream's memory store as long as the template says: it is what a
/// run has written, not what an account holds.
public final class CloudMeter {
    /// Of each event in CloudWatch Logs, beside its text (PutLogEvents, Amazon CloudWatch Logs API reference).
    public static final int LOG_EVENT_BYTES = 26;
    /// Lambda's own lines START, END and REPORT of an invocation, in text.
    public static final int INVOCATION_LOG_BYTES = 3 * LOG_EVENT_BYTES + 290;
    public static final double HOURS_OF_MONTH = 730;
    private static final double GB = 1L << 30;
    private static final double SECONDS_OF_HOUR = 3_600;
    private static final Duration RETENTION_FREE = Duration.ofHours(24);
    private static final Set<String> S3_FREE = Set.of("DeleteObject", "DeleteObjects", "AbortMultipartUpload", "DeleteBucket");
    private static final Set<String> S3_READS = Set.of("GetObject", "HeadObject", "HeadBucket", "GetObjectTagging", "GetBucketLocation");

    private final Usage.Sum sum = new Usage.Sum();

    public CloudMeter addIot(JsonNode billed) {
        sum.add(BilledUnit.IOT_CONNECTION_MINUTES, billed.path("connectionMinutes").asDouble());
        sum.add(BilledUnit.IOT_MESSAGES, billed.path("messages").asDouble());
        sum.add(BilledUnit.IOT_RULES_TRIGGERED, billed.path("rulesTriggered").asDouble());
        sum.add(BilledUnit.IOT_ACTIONS, billed.path("actions").asDouble());
        sum.add(BilledUnit.IOT_SHADOW_OPERATIONS, billed.path("shadowOperations").asDouble());
        return this;
    }

    public CloudMeter addKinesis(LocalKinesis kinesis) {
        for (StreamUse use : kinesis.uses()) {
            double shardHours = use.shards() * (use.age().toMillis() / 1_000.0) / SECONDS_OF_HOUR;
            sum.add(BilledUnit.KINESIS_SHARD_HOURS, shardHours);
            sum.add(BilledUnit.KINESIS_RETENTION_SHARD_HOURS, use.retention().compareTo(RETENTION_FREE) > 0 ? shardHours : 0);
            sum.count(BilledUnit.KINESIS_PUT_UNITS, "", use.putUnits());
        }
        return this;
    }

    public CloudMeter addLambda(LambdaHost host) {
        for (FunctionUse use : host.uses()) {
            sum.count(BilledUnit.LAMBDA_REQUESTS, use.function(), use.requests());
            sum.add(BilledUnit.LAMBDA_GB_SECONDS, use.function(), use.gbSeconds());
            double bytes = use.logBytes() + (double) use.logLines() * LOG_EVENT_BYTES + (double) use.requests() * INVOCATION_LOG_BYTES;
            sum.add(BilledUnit.CLOUDWATCH_LOGS, use.function(), bytes / GB);
        }
        return this;
    }

    public CloudMeter addDynamoDb(DynamoDbUnits units) {
        sum.add(BilledUnit.DYNAMODB_READ_UNITS, units.readUnits());
        sum.count(BilledUnit.DYNAMODB_WRITE_UNITS, "", units.writeUnits());
        sum.add(BilledUnit.DYNAMODB_STORAGE, units.storedBytes() / GB);
        return this;
    }

    public CloudMeter addTimestream(LocalTimestream timestream) {
        for (WritesUse use : timestream.uses()) {
            sum.count(BilledUnit.TIMESTREAM_WRITES, use.table(), use.kibibytes());
            sum.add(BilledUnit.TIMESTREAM_MEMORY, use.table(), use.storedBytes() / GB * use.memoryHours());
            sum.add(BilledUnit.TIMESTREAM_MAGNETIC, use.table(), use.storedBytes() / GB);
        }
        return this;
    }

    /// @param s3Bytes that lie in all buckets
    public CloudMeter addCalls(Map<CallCounter.Operation, CallCounter.Count> calls, long s3Bytes) {
        calls.forEach((operation, count) -> {
            if (operation.service().equals("s3") && !S3_FREE.contains(operation.operation())) {
                sum.count(S3_READS.contains(operation.operation()) ? BilledUnit.S3_READS : BilledUnit.S3_WRITES, "", count.calls());
            } else if (operation.service().equals("glue")) {
                sum.count(BilledUnit.GLUE_REQUESTS, "", count.calls());
            }
        });
        sum.add(BilledUnit.S3_STORAGE, s3Bytes / GB);
        return this;
    }

    /// What the template has standing there, and what rules at a rate invoked.
    ///
    /// @param age since it was deployed
    public CloudMeter addDeployment(Deployment deployment, Duration age, int metrics, long scheduled) {
        double months = age.toMillis() / 1_000.0 / SECONDS_OF_HOUR / HOURS_OF_MONTH;
        sum.add(BilledUnit.CLOUDWATCH_METRICS, metrics * months);
        sum.add(BilledUnit.CLOUDWATCH_ALARMS, deployment.ofType("AWS::CloudWatch::Alarm").stream().mapToLong(CloudMeter::watched).sum() * months);
        sum.add(BilledUnit.CLOUDWATCH_DASHBOARDS, deployment.ofType("AWS::CloudWatch::Dashboard").size() * months);
        sum.count(BilledUnit.EVENTBRIDGE_INVOCATIONS, "", scheduled);
        return this;
    }

    /// An alarm is billed by the metrics that it looks at; one on an expression has several.
    private static long watched(Resource alarm) {
        long metrics = alarm.properties().path("Metrics").valueStream().filter(metric -> metric.has("MetricStat")).count();
        return Math.max(1, metrics);
    }

    public Usage usage() {
        return sum.total();
    }
}
