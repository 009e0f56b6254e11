package dev.millrace.local.timestream;

import dev.millrace.local.timestream.QueryResult.ResultColumn;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Cuts results into pages and keeps what has not been fetched. A token serves five calls or one hour
/// (API reference of Query, NextToken). The token alone leads to the page: the SDK's paginator sends a
/// new ClientToken with every page. Thread-safe.
final class QueryPages {
    static final int ROWS_MAX = 1_000;
    static final int TOKEN_USES_MAX = 5;
    static final Duration TOKEN_LIFE = Duration.ofHours(1);
    /// A page has at most 1 MB; each value is counted with what its JSON costs.
    private static final int PAGE_CHARS_MAX = 1_000_000;
    private static final int VALUE_CHARS = "{\"ScalarValue\":\"\"},".length();
    /// Of this stand-in: results that are kept for more pages at one time.
    private static final int TOKENS_MAX = 100;

    /// @param queryId of the query that the page belongs to
    record Page(String queryId, List<ResultColumn> columns, List<List<String>> rows, Optional<String> nextToken) {
    }

    private record Rest(String queryId, String queryString, QueryResult result, int from, Instant since, int uses) {
        Rest usedOnceMore() {
            return new Rest(queryId, queryString, result, from, since, uses + 1);
        }
    }

    private final InstantSource clock;
    private final Map<String, Rest> rests = new LinkedHashMap<>();
    private long tokens;

    QueryPages(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Page first(String queryId, String queryString, QueryResult result, int rowsMax) {
        return page(new Rest(queryId, queryString, result, 0, clock.instant(), 0), rowsMax);
    }

    synchronized Page next(String token, String queryString, int rowsMax) {
        Rest rest = rests.get(token);
        if (rest == null || rest.uses() == TOKEN_USES_MAX || clock.instant().isAfter(rest.since().plus(TOKEN_LIFE))) {
            rests.remove(token);
            throw ApiException.validation("NextToken is unknown, older than an hour or was used %d times", TOKEN_USES_MAX);
        }
        if (!rest.queryString().equals(queryString)) {
            throw ApiException.validation("NextToken belongs to another QueryString");
        }
        rests.put(token, rest.usedOnceMore());
        return page(rest, rowsMax);
    }

    private Page page(Rest rest, int rowsMax) {
        List<List<String>> rows = rest.result().rows();
        int until = rest.from();
        int chars = 0;
        while (until < rows.size() && until - rest.from() < rowsMax && (chars < PAGE_CHARS_MAX || until == rest.from())) {
            for (String value : rows.get(until)) {
                chars += VALUE_CHARS + (value == null ? 0 : value.length());
            }
            if (chars <= PAGE_CHARS_MAX || until == rest.from()) {
                until++;
            }
        }
        Optional<String> token = until == rows.size() ? Optional.empty() : Optional.of(keep(rest, until));
        return new Page(rest.queryId(), rest.result().columns(), rows.subList(rest.from(), until), token);
    }

    private String keep(Rest rest, int from) {
        if (rests.size() == TOKENS_MAX) {
            rests.remove(rests.keySet().iterator().next());
        }
        String token = rest.queryId() + "P" + tokens++;
        rests.put(token, new Rest(rest.queryId(), rest.queryString(), rest.result(), from, clock.instant(), 0));
        return token;
    }
}
