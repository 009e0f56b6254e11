package dev.millrace.local.timestream;

import dev.millrace.local.timestream.ApiException.Kind;
import java.sql.SQLException;
import java.util.List;

/// DuckDB's errors as Timestream's: what is wrong with the text of a query is a ValidationException, what goes wrong
/// while it runs a QueryExecutionException.
final class QueryErrors {
    private static final List<String> AT_RUN_TIME = List.of("Conversion Error", "Out of Range Error", "Invalid Input Error", "Out of Memory Error");

    private QueryErrors() {
    }

    static ApiException translated(SQLException error) {
        String message = String.valueOf(error.getMessage());
        boolean atRunTime = AT_RUN_TIME.stream().anyMatch(message::startsWith);
        return new ApiException(atRunTime ? Kind.QUERY_EXECUTION : Kind.VALIDATION, "The query cannot be run: " + message);
    }
}
