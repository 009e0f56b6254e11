package dev.millrace.local.chaos;

import dev.millrace.local.frontdoor.CallRefused;

/// What a service answers when it is not well, in its own words: clients of AWS decide by them whether to try again.
enum Fault {
    THROTTLED {
        @Override
        CallRefused of(String service) {
            return switch (service) {
                case "dynamodb", "kinesis" -> new CallRefused(400, "ProvisionedThroughputExceededException", "Rate exceeded (chaos)");
                case "s3" -> new CallRefused(503, "SlowDown", "Please reduce your request rate. (chaos)");
                case "glue" -> new CallRefused(400, "ThrottlingException", "Rate exceeded (chaos)");
                default -> new CallRefused(429, "ThrottlingException", "Rate exceeded (chaos)");
            };
        }
    },
    BROKEN {
        @Override
        CallRefused of(String service) {
            return new CallRefused(500, switch (service) {
                case "dynamodb" -> "InternalServerError";
                case "s3" -> "InternalError";
                case "kinesis" -> "InternalFailureException";
                case "glue" -> "InternalServiceException";
                case "iotdata" -> "InternalFailureException";
                default -> "InternalServerException";
            }, "Internal failure (chaos)");
        }
    };

    abstract CallRefused of(String service);
}
