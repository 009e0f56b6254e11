package dev.millrace.local.meter;

/// The units in which AWS bills what the template deploys.
public enum BilledUnit {
    /// Each connection rounded up to whole minutes.
    IOT_CONNECTION_MINUTES("iot.connection-minutes", Grows.WITH_THINGS),
    /// CONNECT, SUBSCRIBE, PUBLISH in and out, a device's PUBACK, in steps of 5 KB; not what comes by Basic Ingest.
    IOT_MESSAGES("iot.messages", Grows.WITH_THINGS),
    /// In steps of 5 KB of the payload, by Basic Ingest too.
    IOT_RULES_TRIGGERED("iot.rules-triggered", Grows.WITH_READINGS),
    /// In steps of 5 KB of what the action hands on, error actions included.
    IOT_ACTIONS("iot.actions", Grows.WITH_READINGS),
    /// Of device shadows, in steps of 1 KB.
    IOT_SHADOW_OPERATIONS("iot.shadow-operations", Grows.WITH_THINGS),
    KINESIS_SHARD_HOURS("kinesis.shard-hours", Grows.NOT),
    /// For a retention of more than 24 hours, up to seven days.
    KINESIS_RETENTION_SHARD_HOURS("kinesis.retention-shard-hours", Grows.NOT),
    /// Records in steps of 25 KB.
    KINESIS_PUT_UNITS("kinesis.put-units", Grows.WITH_READINGS),
    LAMBDA_REQUESTS("lambda.requests", Grows.WITH_READINGS),
    /// Duration rounded up to a millisecond, times memory. An init is not in it: functions start from a snapshot that is
    /// made once.
    LAMBDA_GB_SECONDS("lambda.gb-seconds", Grows.WITH_READINGS),
    DYNAMODB_READ_UNITS("dynamodb.read-units", Grows.WITH_READINGS),
    DYNAMODB_WRITE_UNITS("dynamodb.write-units", Grows.WITH_READINGS),
    DYNAMODB_STORAGE("dynamodb.gb-months", Grows.WITH_THINGS),
    /// KiB a WriteRecords call, rounded up.
    TIMESTREAM_WRITES("timestream.writes", Grows.WITH_READINGS),
    TIMESTREAM_MEMORY("timestream.memory-gb-hours", Grows.WITH_READINGS),
    TIMESTREAM_MAGNETIC("timestream.magnetic-gb-months", Grows.WITH_READINGS),
    /// PUT, COPY, POST, LIST, tags put included.
    S3_WRITES("s3.writes", Grows.WITH_READINGS),
    /// GET, HEAD and the rest; DELETE is free.
    S3_READS("s3.reads", Grows.WITH_READINGS),
    S3_STORAGE("s3.gb-months", Grows.WITH_READINGS),
    GLUE_REQUESTS("glue.requests", Grows.NOT),
    /// What functions log, metrics in the embedded format included.
    CLOUDWATCH_LOGS("cloudwatch.log-gb", Grows.WITH_READINGS),
    CLOUDWATCH_METRICS("cloudwatch.metric-months", Grows.NOT),
    /// Metrics that alarms watch.
    CLOUDWATCH_ALARMS("cloudwatch.alarm-months", Grows.NOT),
    CLOUDWATCH_DASHBOARDS("cloudwatch.dashboard-months", Grows.NOT),
    /// Invocations by rules at a rate.
    EVENTBRIDGE_INVOCATIONS("eventbridge.invocations", Grows.NOT);

    /// What makes a cost higher.
    public enum Grows {
        /// It is there without a reading.
        NOT,
        WITH_THINGS,
        WITH_READINGS
    }

    private final String id;
    private final Grows grows;

    BilledUnit(String id, Grows grows) {
        this.id = id;
        this.grows = grows;
    }

    /// As the price sheet names it.
    public String id() {
        return id;
    }

    public Grows grows() {
        return grows;
    }
}
