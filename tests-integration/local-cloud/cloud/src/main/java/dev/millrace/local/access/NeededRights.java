package dev.millrace.local.access;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.local.frontdoor.Call;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.kinesis.LocalKinesis;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which rights a call needs: for each service what its page in the service authorization reference says of the operations
/// that are called here. A call that is not known here is refused, not let through.
final class NeededRights {
    /// PartiQL names the table after INTO, UPDATE or FROM ("IAM security policies with PartiQL for DynamoDB").
    private static final Pattern PARTIQL = Pattern.compile("\\s*(INSERT\\s+INTO|UPDATE|DELETE\\s+FROM|SELECT\\b.*?\\bFROM)\\s+\"?([^\"\\s.]+).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /// The SDK asks for the endpoint before its first call, but not if it is told one, as here.
    private static final Right ENDPOINTS = new Right("timestream:DescribeEndpoints", "*");

    private final String region;
    private final String account;
    /// What a write into a table of Timestream needs besides, by the table's ARN.
    private final Map<String, Right> timestreamRejects;
    private final Predicate<String> objects;

    /// @param timestreamRejects see [#timestream]
    /// @param objects           whether S3 has an object, by bucket, slash and key
    NeededRights(String region, String account, Map<String, Right> timestreamRejects, Predicate<String> objects) {
        this.region = region;
        this.account = account;
        this.timestreamRejects = Map.copyOf(timestreamRejects);
        this.objects = objects;
    }

    /// @param exchange its body is read here where it names what the call is about, and can be read again
    /// @throws CallRefused if it is not known which rights the call needs
    List<Right> of(Call call, HttpExchange exchange) throws IOException, CallRefused {
        return switch (call.service()) {
            case "s3" -> S3Rights.of(call.operation(), exchange, objects);
            case "dynamodb" -> dynamoDb(call, body(exchange, body -> body.text("TableName").isPresent() && !call.operation().equals("Query")));
            case "kinesis" -> List.of(new Right("kinesis:" + call.operation(), stream(call, body(exchange, body -> streamOf(body).isPresent()))));
            case "timestream" -> timestream(call, exchange);
            case "glue" -> glue(call, body(exchange, _ -> false));
            case "iotdata" -> iotData(call, exchange);
            default -> throw unknown(call);
        };
    }

    private String arn(String service, String resource) {
        return "arn:aws:%s:%s:%s:%s".formatted(service, region, account, resource);
    }

    private List<Right> dynamoDb(Call call, RequestBody body) throws CallRefused {
        return switch (call.operation()) {
            case "BatchGetItem", "BatchWriteItem" -> onTables("dynamodb:" + call.operation(), body.names("RequestItems"));
            case "BatchExecuteStatement" -> statements(call, body.texts("Statements[].Statement"));
            case "ExecuteStatement" -> statements(call, body.texts("Statement"));
            case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Scan", "DescribeTable", "CreateTable", "UpdateTable" ->
                    onTables("dynamodb:" + call.operation(), body.texts("TableName"));
            // a query of an index needs the right on the index alone ("Actions, resources, and condition keys for DynamoDB")
            case "Query" -> onTables("dynamodb:Query", body.texts("TableName").stream()
                    .map(table -> body.text("IndexName").map(index -> table + "/index/" + index).orElse(table)).toList());
            default -> throw unknown(call);
        };
    }

    private List<Right> onTables(String action, List<String> tables) {
        return tables.stream().map(table -> new Right(action, table.startsWith("arn:") ? table : arn("dynamodb", "table/" + table))).toList();
    }

    private List<Right> statements(Call call, List<String> statements) throws CallRefused {
        List<Right> rights = new ArrayList<>();
        for (String statement : statements) {
            Matcher partiQl = PARTIQL.matcher(statement);
            if (!partiQl.matches()) {
                throw new CallRefused(501, "NotSimulated", "%s: which table is meant cannot be read from %s".formatted(call, statement));
            }
            String action = switch (Character.toUpperCase(partiQl.group(1).charAt(0))) {
                case 'I' -> "dynamodb:PartiQLInsert";
                case 'U' -> "dynamodb:PartiQLUpdate";
                case 'D' -> "dynamodb:PartiQLDelete";
                default -> "dynamodb:PartiQLSelect";
            };
            rights.add(new Right(action, arn("dynamodb", "table/" + partiQl.group(2))));
        }
        return rights.stream().distinct().toList();
    }

    private String stream(Call call, RequestBody body) throws CallRefused {
        if (call.operation().equals("ListStreams")) {
            return "*";
        }
        return streamOf(body).orElseThrow(() -> unknown(call));
    }

    private Optional<String> streamOf(RequestBody body) {
        return body.text("StreamARN")
                .or(() -> body.text("StreamName").or(() -> body.text("ShardIterator").flatMap(LocalKinesis::streamOf)).map(name -> arn("kinesis", "stream/" + name)));
    }

    /// Where a table keeps what it rejects late is written by Timestream with the rights of who wrote the records (Timestream,
    /// "Writing data: late arrival data"; when AWS looks at them is not said, see docs/verify-on-aws.md).
    private List<Right> timestream(Call call, HttpExchange exchange) throws IOException, CallRefused {
        return switch (call.operation()) {
            case "DescribeEndpoints" -> List.of(ENDPOINTS);
            case "WriteRecords" -> {
                RequestBody body = body(exchange, found -> found.text("DatabaseName").isPresent() && found.text("TableName").isPresent());
                String table = arn("timestream", "database/%s/table/%s".formatted(body.text("DatabaseName").orElse(""), body.text("TableName").orElse("")));
                Right write = new Right("timestream:WriteRecords", table);
                Right reject = timestreamRejects.get(table);
                yield reject == null ? List.of(ENDPOINTS, write) : List.of(ENDPOINTS, write, reject);
            }
            default -> throw unknown(call);
        };
    }

    /// A table's operation needs the right on the table, its database and the catalog (Glue, "Specifying resource ARNs").
    private List<Right> glue(Call call, RequestBody body) throws CallRefused {
        String table = switch (call.operation()) {
            case "GetTable", "DeleteTable" -> body.text("Name").orElseThrow(() -> unknown(call));
            case "CreateTable", "UpdateTable" -> body.text("TableInput.Name").orElseThrow(() -> unknown(call));
            default -> throw unknown(call);
        };
        String database = body.text("DatabaseName").orElseThrow(() -> unknown(call));
        String action = "glue:" + call.operation();
        return List.of(new Right(action, arn("glue", "catalog")), new Right(action, arn("glue", "database/" + database)),
                new Right(action, arn("glue", "table/%s/%s".formatted(database, table))));
    }

    private List<Right> iotData(Call call, HttpExchange exchange) throws CallRefused {
        String path = exchange.getRequestURI().getRawPath();
        return switch (call.operation()) {
            case "Publish" -> List.of(new Right("iot:Publish", arn("iot", "topic/" + decoded(path.substring("/topics/".length())))));
            case "GetThingShadow", "UpdateThingShadow", "DeleteThingShadow" ->
                    List.of(new Right("iot:" + call.operation(), arn("iot", "thing/" + decoded(path.split("/", -1)[2]))));
            default -> throw unknown(call);
        };
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static RequestBody body(HttpExchange exchange, Predicate<RequestBody> isEnough) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.setStreams(new ByteArrayInputStream(body), null);
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        return RequestBody.read(body, type.contains("cbor"), isEnough);
    }

    private static CallRefused unknown(Call call) {
        return new CallRefused(501, "NotSimulated", "the local cloud does not know which rights %s of %s needs".formatted(call.operation(), call.service()));
    }
}
