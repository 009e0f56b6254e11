package dev.millrace.local.timestream;

/// An answer that is an error for the whole request. Status codes: Timestream developer guide, "Common errors".
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    enum Kind {
        VALIDATION(400, "ValidationException"),
        QUERY_EXECUTION(400, "QueryExecutionException"),
        RESOURCE_NOT_FOUND(404, "ResourceNotFoundException"),
        CONFLICT(409, "ConflictException"),
        REJECTED_RECORDS(419, "RejectedRecordsException"),
        SERVICE_QUOTA_EXCEEDED(402, "ServiceQuotaExceededException"),
        INTERNAL(500, "InternalServerException");

        private final int status;
        private final String type;

        Kind(int status, String type) {
            this.status = status;
            this.type = type;
        }

        int status() {
            return status;
        }

        String type() {
            return type;
        }
    }

    private final Kind kind;

    ApiException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    static ApiException validation(String format, Object... arguments) {
        return new ApiException(Kind.VALIDATION, arguments.length == 0 ? format : format.formatted(arguments));
    }

    Kind kind() {
        return kind;
    }
}
