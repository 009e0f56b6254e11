package dev.millrace.local.kinesis;

/// An answer other than success, with the error code that the Kinesis API names.
final class KinesisError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    private KinesisError(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    static KinesisError invalidArgument(String message) {
        return new KinesisError("InvalidArgumentException", message);
    }

    static KinesisError validation(String message) {
        return new KinesisError("ValidationException", message);
    }

    static KinesisError notFound(String message) {
        return new KinesisError("ResourceNotFoundException", message);
    }

    static KinesisError inUse(String message) {
        return new KinesisError("ResourceInUseException", message);
    }

    static KinesisError expiredIterator(String message) {
        return new KinesisError("ExpiredIteratorException", message);
    }

    static KinesisError expiredToken(String message) {
        return new KinesisError("ExpiredNextTokenException", message);
    }

    static KinesisError throughputExceeded(String message) {
        return new KinesisError("ProvisionedThroughputExceededException", message);
    }

    /// What exists on AWS and not here.
    static KinesisError notHere(String what) {
        return new KinesisError("UnknownOperationException", "the local Kinesis does not do this: " + what);
    }
}
