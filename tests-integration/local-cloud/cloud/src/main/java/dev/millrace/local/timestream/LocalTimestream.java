package dev.millrace.local.timestream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Amazon Timestream for LiveAnalytics, in this process: the write and the query service behind one handler, because
/// both speak AWS JSON 1.0 with the target prefix `Timestream_20181101`. Thread-safe.
///
/// Writes follow the documented version rules and limits; queries are SELECT statements in Timestream's dialect, run by
/// DuckDB. Operations and functions that it does not have are refused with a ValidationException that names them.
/// Written rows can be queried at once; AWS promises this within seconds for the memory store and within six hours for
/// the magnetic store. Signatures are not checked: that is the front door's work.
///
/// Serve it from a `com.sun.net.httpserver.HttpServer` with virtual threads; set the system property
/// `sun.net.httpserver.nodelay` to true before the first server is made, else every call takes 40 ms.
public final class LocalTimestream implements HttpHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(LocalTimestream.class.getName());
    private static final String TARGET_PREFIX = "Timestream_20181101.";
    /// Rows that may wait in the heap for the next query of their table.
    private static final int PENDING_ROWS_MAX = 50_000;
    private static final int LIST_MAX = 20;
    private static final int QUERY_BYTES_MAX = 256 * 1024;

    private record Reply(int status, JsonNode body) {
        static Reply ok(JsonNode body) {
            return new Reply(200, body);
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final InstantSource clock;
    private final Answers answers;
    private final SqlStore sql = new SqlStore();
    private final Catalog catalog;
    private final QueryPages pages;
    private final AtomicLong requests = new AtomicLong();
    private final Map<String, WritesUse> writes = new ConcurrentHashMap<>();

    /// @param clock what now() means, and what the retention of a table counts from
    public LocalTimestream(String region, String account, InstantSource clock) {
        this.clock = requireNonNull(clock, "clock is null");
        answers = new Answers(requireNonNull(region, "region is null"), requireNonNull(account, "account is null"));
        catalog = new Catalog(clock, sql);
        pages = new QueryPages(clock);
    }

    /// Makes a database.
    ///
    /// @throws IllegalArgumentException if the name is not valid or taken
    public void createDatabase(String name) {
        try {
            catalog.createDatabase(requireNonNull(name, "name is null"));
        } catch (ApiException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Makes a table in a database that exists.
    ///
    /// @throws IllegalArgumentException if the database does not exist, or the name is not valid or taken
    public void createTable(String database, String table, TableSettings settings) {
        try {
            catalog.createTable(requireNonNull(database, "database is null"), requireNonNull(table, "table is null"),
                    requireNonNull(settings, "settings is null"));
        } catch (ApiException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// How many records were acknowledged and then not applied, because the magnetic store held the same key in the same
    /// version with other values, or in a higher version. AWS counts them as `MagneticStoreRejectedRecordCount`.
    public long magneticStoreRejectedRecords() {
        return catalog.magneticRejections();
    }

    /// What has been written to each table so far.
    public List<WritesUse> uses() {
        return List.copyOf(writes.values());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            Reply reply = reply(exchange, request);
            byte[] body = json.writeValueAsBytes(reply.body());
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.getResponseHeaders().set("x-amzn-RequestId", "local-timestream-" + requests.incrementAndGet());
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        sql.close();
    }

    private Reply reply(HttpExchange exchange, byte[] request) {
        try {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            if (target == null || !target.startsWith(TARGET_PREFIX)) {
                throw ApiException.validation("X-Amz-Target must begin with %s, not: %s", TARGET_PREFIX, target);
            }
            String operation = target.substring(TARGET_PREFIX.length());
            if (operation.equals("DescribeEndpoints")) {
                return Reply.ok(Answers.endpoints(exchange.getRequestHeaders().getFirst("Host")));
            }
            return answer(operation, new Fields(json.readTree(request)));
        } catch (JsonProcessingException e) {
            return error(ApiException.validation("The body is not JSON: %s", e.getOriginalMessage()));
        } catch (ApiException e) {
            return error(e);
        } catch (RuntimeException | IOException e) {
            LOG.log(Level.ERROR, "Timestream failed", e);
            return error(new ApiException(ApiException.Kind.INTERNAL, e.toString()));
        }
    }

    private Reply answer(String operation, Fields request) {
        return switch (operation) {
            case "WriteRecords" -> write(WriteRequest.of(request));
            case "Query" -> Reply.ok(Answers.page(query(request)));
            case "CreateDatabase" -> Reply.ok(wrapped("Database", answers.database(catalog.createDatabase(request.text("DatabaseName")), 0)));
            case "DescribeDatabase" -> Reply.ok(wrapped("Database", database(catalog.database(request.text("DatabaseName")))));
            case "ListDatabases" -> Reply.ok(listed(request, "Databases", catalog.databases().stream().map(this::database).toList()));
            case "CreateTable" -> Reply.ok(wrapped("Table", answers.table(
                    catalog.createTable(request.text("DatabaseName"), request.text("TableName"), TableRequest.settings(request)))));
            case "DescribeTable" -> Reply.ok(wrapped("Table", answers.table(catalog.table(request.text("DatabaseName"), request.text("TableName")))));
            case "ListTables" -> Reply.ok(listed(request, "Tables", tablesOf(request).stream().map(answers::table).toList()));
            default -> throw ApiException.validation("The operation %s is not supported by the local Timestream", operation);
        };
    }

    private Reply write(WriteRequest request) {
        Table table = catalog.table(request.database(), request.table());
        WriteOutcome outcome = table.write(request.records());
        writes.compute(request.table(), (name, use) -> (use == null ? new WritesUse(name, table.settings().memoryRetentionHours(), 0, 0, 0) : use).plus(request, table.storedBytes()));
        if (table.pending() >= PENDING_ROWS_MAX) {
            sql.catchUp(table);
        }
        return outcome.rejections().isEmpty() ? Reply.ok(Answers.ingested(outcome))
                : new Reply(ApiException.Kind.REJECTED_RECORDS.status(), Answers.rejected(outcome.rejections()));
    }

    private QueryPages.Page query(Fields request) {
        String text = request.text("QueryString");
        if (text.getBytes(UTF_8).length > QUERY_BYTES_MAX) {
            throw ApiException.validation("QueryString is longer than %d bytes", QUERY_BYTES_MAX);
        }
        long rowsMax = request.optionalLong("MaxRows").orElse((long) Integer.MAX_VALUE);
        if (rowsMax < 1 || (rowsMax > QueryPages.ROWS_MAX && rowsMax != Integer.MAX_VALUE)) {
            throw ApiException.validation("MaxRows must be within 1 and %d, not %d", QueryPages.ROWS_MAX, rowsMax);
        }
        return request.optionalText("NextToken").map(token -> pages.next(token, text, (int) rowsMax)).orElseGet(() -> {
            List<Token> tokens = Tokenizer.tokens(text);
            String translated = QueryTranslator.translate(tokens, clock.instant());
            catalog.tables().stream().filter(table -> mentions(tokens, table)).forEach(sql::catchUp);
            return pages.first("LOCAL%016d".formatted(requests.incrementAndGet()), text, sql.query(translated), (int) rowsMax);
        });
    }

    private static boolean mentions(List<Token> tokens, Table table) {
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.get(i - 1).is(".") && isNamed(tokens.get(i - 2), table.database()) && isNamed(tokens.get(i), table.name())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamed(Token token, String name) {
        return token.isName() && token.name().equalsIgnoreCase(name);
    }

    private ObjectNode database(Catalog.Database database) {
        return answers.database(database, catalog.tablesOf(database.name()).size());
    }

    private List<Table> tablesOf(Fields request) {
        return request.optionalText("DatabaseName").map(catalog::tablesOf).orElseGet(catalog::tables);
    }

    /// One page of at most 20; the token is the index of the next element.
    private static ObjectNode listed(Fields request, String name, List<ObjectNode> elements) {
        long max = request.optionalLong("MaxResults").orElse((long) LIST_MAX);
        String token = request.optionalText("NextToken").orElse("0");
        if (max < 1 || max > LIST_MAX || !token.matches("\\d{1,9}")) {
            throw ApiException.validation("MaxResults must be within 1 and %d and NextToken from an earlier answer, not %d and '%s'", LIST_MAX, max, token);
        }
        int from = Math.min(Integer.parseInt(token), elements.size());
        int until = (int) Math.min(from + max, elements.size());
        ObjectNode answer = Answers.object();
        ArrayNode list = answer.putArray(name);
        elements.subList(from, until).forEach(list::add);
        return until == elements.size() ? answer : answer.put("NextToken", Integer.toString(until));
    }

    private static ObjectNode wrapped(String name, ObjectNode value) {
        ObjectNode answer = Answers.object();
        answer.set(name, value);
        return answer;
    }

    private static Reply error(ApiException e) {
        return new Reply(e.kind().status(), Answers.error(e.kind(), e.getMessage()));
    }
}
