package dev.millrace.local.glue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The AWS Glue Data Catalog, in this process: databases and tables behind AWS JSON 1.1 with the target prefix `AWSGlue`.
/// Thread-safe, and other processes may have the same catalog open: all of it is in one file.
///
/// What a table was given comes back unchanged, with the members that Glue adds. An update that names a version is refused if
/// the table has another: by this Iceberg commits. Tables have no registered partitions, no statistics and no older
/// versions, and databases no functions; operations that would make some are refused by name, as is all else that is not here.
/// Signatures are not checked: that is the front door's work.
public final class LocalGlue implements HttpHandler {
    private static final Logger LOG = System.getLogger(LocalGlue.class.getName());
    private static final String TARGET_PREFIX = "AWSGlue.";
    private static final int RESULTS_MAX = 100;
    private static final int EXPRESSION_MAX = 2_048;
    /// On AWS an update keeps the table as it was before as a version of its own, unless it says so; here it never does.
    private static final Set<String> UPDATE_TABLE = Set.of("CatalogId", "DatabaseName", "TableInput", "SkipArchive", "VersionId");
    /// How a table stands to Lake Formation and views that are being made has no meaning here.
    private static final Set<String> GET_TABLE = Set.of("CatalogId", "DatabaseName", "Name", "IncludeStatusDetails");
    private static final Set<String> GET_TABLES = Set.of("CatalogId", "DatabaseName", "Expression", "NextToken", "MaxResults", "IncludeStatusDetails",
            "AttributesToGet");
    private static final Set<String> GET_PARTITIONS = Set.of("CatalogId", "DatabaseName", "TableName", "Expression", "NextToken", "Segment", "MaxResults",
            "ExcludeColumnSchema");

    private record Reply(int status, JsonNode body) {
    }

    private final CatalogFile file;
    private final String account;
    private final InstantSource clock;
    private final AtomicLong requests = new AtomicLong();

    /// Opens the catalog in a directory, or an empty one if there is none. Nothing is written until something changes.
    ///
    /// @param directory of `catalog.json`; of a local cloud it is `glue` in its work directory
    /// @param region    as `eu-west-1`
    /// @param account   twelve digits: the id of the one catalog that an account has
    /// @param clock     for the times of creation and update
    /// @throws IllegalStateException if the directory has a catalog of another region or account, or one that cannot be read
    public LocalGlue(Path directory, String region, String account, InstantSource clock) {
        this.file = new CatalogFile(requireNonNull(directory, "directory is null"), requireNonNull(region, "region is null"),
                requireNonNull(account, "account is null"));
        this.account = account;
        this.clock = requireNonNull(clock, "clock is null");
        file.read();
    }

    /// As above, with the system's clock.
    public LocalGlue(Path directory, String region, String account) {
        this(directory, region, account, InstantSource.system());
    }

    /// Makes a database, or changes the one of this name to be as this; its tables stay.
    ///
    /// @param input the members of `DatabaseInput`
    /// @throws IllegalArgumentException if it is not valid
    public void putDatabase(ObjectNode input) {
        try {
            ObjectNode database = Inputs.database(input);
            file.update(catalog -> catalog.findDatabase(nameOf(database)).map(old -> Catalog.isSame(old.properties(), database) ? catalog
                    : catalog.withChangedDatabase(database)).orElseGet(() -> catalog.withNewDatabase(database, account, clock.instant())));
        } catch (GlueError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Makes a table, or changes the one of this name to be as this.
    ///
    /// @param input the members of `TableInput`
    /// @throws IllegalArgumentException if it is not valid or there is no such database
    public void putTable(String database, ObjectNode input) {
        try {
            ObjectNode table = Inputs.table(input);
            String folded = database.toLowerCase(Locale.ROOT);
            file.update(catalog -> catalog.findTable(folded, nameOf(table)).map(old -> Catalog.isSame(old, table) ? catalog
                    : catalog.withChangedTable(folded, table, Optional.empty(), account, clock.instant()))
                    .orElseGet(() -> catalog.withNewTable(folded, table, account, clock.instant())));
        } catch (GlueError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            Reply reply = reply(exchange.getRequestHeaders().getFirst("X-Amz-Target"), request);
            byte[] body = CatalogFile.JSON.writeValueAsBytes(reply.body());
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.getResponseHeaders().set("x-amzn-RequestId", "local-glue-" + requests.incrementAndGet());
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Reply reply(String target, byte[] body) {
        try {
            if (target == null || !target.startsWith(TARGET_PREFIX)) {
                throw GlueError.invalid("X-Amz-Target must begin with %s, not: %s".formatted(TARGET_PREFIX, target));
            }
            Request request = Request.of(CatalogFile.JSON.readTree(body));
            request.text("CatalogId").ifPresent(this::requireOwn);
            return new Reply(200, answer(target.substring(TARGET_PREFIX.length()), request));
        } catch (JsonProcessingException e) {
            return error(400, "InvalidInputException", "The body is not JSON: " + e.getOriginalMessage());
        } catch (GlueError e) {
            return error(400, e.code(), e.getMessage());
        } catch (RuntimeException | IOException e) {
            LOG.log(Level.ERROR, "Glue failed", e);
            return error(500, "InternalServiceException", e.toString());
        }
    }

    private ObjectNode answer(String operation, Request request) {
        return switch (operation) {
            case "CreateDatabase" -> createDatabase(request.allow(Set.of("CatalogId", "DatabaseInput")));
            case "GetDatabase" -> wrapped("Database", file.read().database(request.allow(Set.of("CatalogId", "Name")).name("Name")).properties());
            case "GetDatabases" -> databases(request.allow(Set.of("CatalogId", "NextToken", "MaxResults", "ResourceShareType", "AttributesToGet")));
            case "CreateTable" -> createTable(request.allow(Set.of("CatalogId", "DatabaseName", "TableInput")));
            case "UpdateTable" -> updateTable(request.allow(UPDATE_TABLE));
            case "DeleteTable" -> deleteTable(request.allow(Set.of("CatalogId", "DatabaseName", "Name")));
            case "GetTable" -> wrapped("Table", table(request.allow(GET_TABLE), "Name"));
            case "GetTables" -> tables(request.allow(GET_TABLES));
            case "GetPartition" -> partition(request);
            case "GetPartitions" -> noneOf("Partitions", request.allow(GET_PARTITIONS));
            case "BatchGetPartition" -> noneOf("Partitions", request.allow(Set.of("CatalogId", "DatabaseName", "TableName", "PartitionsToGet")))
                    .set("UnprocessedKeys", object().arrayNode());
            case "GetColumnStatisticsForTable" -> noneOf("ColumnStatisticsList",
                    request.allow(Set.of("CatalogId", "DatabaseName", "TableName", "ColumnNames"))).set("Errors", object().arrayNode());
            case "GetUserDefinedFunctions" -> functions(request);
            default -> throw GlueError.notHere("operation " + operation);
        };
    }

    private ObjectNode createDatabase(Request request) {
        ObjectNode database = Inputs.database(request.object("DatabaseInput"));
        file.update(catalog -> catalog.withNewDatabase(database, account, clock.instant()));
        return object();
    }

    private ObjectNode databases(Request request) {
        List<ObjectNode> all = file.read().databases().values().stream().map(Catalog.Database::properties).toList();
        return paged(request, "DatabaseList", all);
    }

    private ObjectNode createTable(Request request) {
        String database = request.name("DatabaseName");
        ObjectNode table = Inputs.table(request.object("TableInput"));
        file.update(catalog -> catalog.withNewTable(database, table, account, clock.instant()));
        return object();
    }

    private ObjectNode updateTable(Request request) {
        String database = request.name("DatabaseName");
        ObjectNode table = Inputs.table(request.object("TableInput"));
        Optional<String> version = request.text("VersionId");
        file.update(catalog -> catalog.withChangedTable(database, table, version, account, clock.instant()));
        return object();
    }

    private ObjectNode deleteTable(Request request) {
        String database = request.name("DatabaseName");
        String name = request.name("Name");
        file.update(catalog -> catalog.withoutTable(database, name));
        return object();
    }

    private ObjectNode table(Request request, String member) {
        return file.read().table(request.name("DatabaseName"), request.name(member));
    }

    private ObjectNode tables(Request request) {
        Predicate<String> wanted = request.text("Expression").map(LocalGlue::pattern).orElse(_ -> true);
        List<String> attributes = request.texts("AttributesToGet");
        List<ObjectNode> tables = file.read().database(request.name("DatabaseName")).tables().values().stream().filter(table -> wanted.test(nameOf(table)))
                .map(table -> attributes.isEmpty() ? table : onlyAttributes(table, attributes)).toList();
        return paged(request, "TableList", tables);
    }

    /// "If present, only those tables whose names match the pattern are returned": as a whole, whatever the case.
    private static Predicate<String> pattern(String expression) {
        if (expression.length() > EXPRESSION_MAX) {
            throw GlueError.invalid("Expression is longer than %d characters: %d".formatted(EXPRESSION_MAX, expression.length()));
        }
        try {
            return Pattern.compile(expression, Pattern.CASE_INSENSITIVE).asMatchPredicate();
        } catch (PatternSyntaxException e) {
            throw GlueError.invalid("Expression is no regular expression: " + e.getMessage());
        }
    }

    private static ObjectNode onlyAttributes(ObjectNode table, List<String> attributes) {
        ObjectNode some = object();
        some.set("DatabaseName", table.path("DatabaseName"));
        for (String attribute : attributes) {
            String member = switch (attribute) {
                case "NAME" -> "Name";
                case "TABLE_TYPE" -> "TableType";
                default -> throw GlueError.invalid("AttributesToGet expected as NAME and TABLE_TYPE, came " + attribute);
            };
            if (table.has(member)) {
                some.set(member, table.path(member));
            }
        }
        return some;
    }

    private ObjectNode partition(Request request) {
        table(request.allow(Set.of("CatalogId", "DatabaseName", "TableName", "PartitionValues")), "TableName");
        throw GlueError.notFound("Cannot find partition.");
    }

    /// What no table here has, of a table that is there.
    private ObjectNode noneOf(String list, Request request) {
        table(request, "TableName");
        ObjectNode answer = object();
        answer.putArray(list);
        return answer;
    }

    private ObjectNode functions(Request request) {
        request.allow(Set.of("CatalogId", "DatabaseName", "Pattern", "FunctionType", "NextToken", "MaxResults"));
        if (request.text("DatabaseName").isPresent()) {
            file.read().database(request.name("DatabaseName"));
        }
        ObjectNode answer = object();
        answer.putArray("UserDefinedFunctions");
        return answer;
    }

    /// One page, in the order of the names; the token is the name after which the next page begins.
    private static ObjectNode paged(Request request, String list, List<ObjectNode> inOrder) {
        int max = request.integer("MaxResults", 1, RESULTS_MAX, RESULTS_MAX);
        String after = request.text("NextToken").orElse("");
        List<ObjectNode> left = inOrder.stream().filter(element -> nameOf(element).compareTo(after) > 0).toList();
        List<ObjectNode> page = left.subList(0, Math.min(max, left.size()));
        ObjectNode answer = object();
        answer.putArray(list).addAll(page);
        if (page.size() < left.size()) {
            answer.put("NextToken", nameOf(page.getLast()));
        }
        return answer;
    }

    private void requireOwn(String catalogId) {
        if (!catalogId.equals(account)) {
            throw GlueError.notFound("Catalog %s not found: the local Glue has only that of account %s.".formatted(catalogId, account));
        }
    }

    private static ObjectNode wrapped(String name, ObjectNode value) {
        return object().set(name, value);
    }

    private static String nameOf(ObjectNode node) {
        return node.path("Name").textValue();
    }

    private static ObjectNode object() {
        return CatalogFile.JSON.createObjectNode();
    }

    private static Reply error(int status, String code, String message) {
        return new Reply(status, object().put("__type", code).put("Message", message));
    }
}
