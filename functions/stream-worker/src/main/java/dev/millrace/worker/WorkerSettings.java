package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.kinesis.Environment;

/// The worker's environment variables beside those of the consumers: `STREAM_ARN`, `FAILURES_BUCKET`, `LEASES_TABLES`,
/// `INGEST_BATCH_SIZE`, `INGEST_WINDOW_SECONDS`, `ARCHIVE_BATCH_SIZE`, `ARCHIVE_WINDOW_SECONDS`, `RECORD_AGE_HOURS`.
///
/// @param streamArn      of the telemetry stream
/// @param failuresBucket takes what is given up
/// @param leasesTables   the table of a consumer's leases is `<this>-<consumer>`
/// @param recordAgeHours past it a record that cannot be settled is given up at once, 1 to 8,759
record WorkerSettings(String streamArn, String failuresBucket, String leasesTables, ShardWork.Gathering ingest, ShardWork.Gathering archive, int recordAgeHours) {
    /// As much as one read of a shard brings at most (Kinesis API reference, GetRecords).
    private static final long BATCH_BYTES_MAX = 10 << 20;
    private static final String STREAM_ARN = "arn:[a-z-]+:kinesis:[a-z0-9-]+:\\d{12}:stream/[a-zA-Z0-9_.-]{1,128}";

    WorkerSettings {
        requireNonNull(failuresBucket, "failuresBucket is null");
        requireNonNull(leasesTables, "leasesTables is null");
        requireNonNull(ingest, "ingest is null");
        requireNonNull(archive, "archive is null");
        if (!streamArn.matches(STREAM_ARN)) {
            throw new IllegalStateException("stream worker: environment variable STREAM_ARN must be the ARN of a Kinesis stream: '%s'".formatted(streamArn));
        }
    }

    /// @throws IllegalStateException naming the variable that is missing or wrong, what was expected and what came
    static WorkerSettings of(Environment environment) {
        return new WorkerSettings(environment.required("STREAM_ARN"), environment.required("FAILURES_BUCKET"), environment.required("LEASES_TABLES"),
                gathering(environment, "INGEST"), gathering(environment, "ARCHIVE"), number(environment, "RECORD_AGE_HOURS", 1, 8_759));
    }

    private static ShardWork.Gathering gathering(Environment environment, String consumer) {
        return new ShardWork.Gathering(number(environment, consumer + "_BATCH_SIZE", 1, 10_000), BATCH_BYTES_MAX,
                number(environment, consumer + "_WINDOW_SECONDS", 0, 300) * 1_000L);
    }

    private static int number(Environment environment, String name, int min, int max) {
        int value = environment.requiredWholeNumber(name);
        if (value < min || value > max) {
            throw new IllegalStateException("stream worker: environment variable %s must be a whole number from %d to %d: '%d'".formatted(name, min, max, value));
        }
        return value;
    }
}
