package dev.millrace.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Answers as AWS does, for an account in which all is well, until told otherwise. Errors and texts are those of the services'
/// API references; that of Timestream's closed door is what accounts without it have been told.
final class FakeAws implements AutoCloseable {
    private static final Pattern SCOPE = Pattern.compile("Credential=[^/]+/[0-9]{8}/([^/]+)/([^/]+)/aws4_request.*Signature=[0-9a-f]{64}");
    private static final Pattern ACTION = Pattern.compile("Action=([A-Za-z]+)");

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final String region;
    private final HttpServer server;

    private record Answer(int status, String type, String body) {
    }

    /// @param region in which alone it takes calls
    FakeAws(String region) throws IOException {
        this.region = region;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        xml("sts:GetCallerIdentity", "<Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>AIDA</UserId><Account>111122223333</Account>");
        json("ssm:GetParameter", "{\"Parameter\":{\"Name\":\"/cdk-bootstrap/hnb659fds/version\",\"Type\":\"String\",\"Value\":\"21\",\"Version\":1}}");
        noStacks();
        json("timestream:DescribeEndpoints", "{\"Endpoints\":[{\"Address\":\"ingest-cell1.timestream.eu-west-1.amazonaws.com\",\"CachePeriodInMinutes\":1440}]}");
        refuse("glue:GetDatabase", 400, "EntityNotFoundException", "Database millrace_prod not found.");
        json("iot:DescribeEndpoint", "{\"endpointAddress\":\"a1b2c3-ats.iot.eu-west-1.amazonaws.com\"}");
        json("kinesis:DescribeLimits", "{\"ShardLimit\":500,\"OpenShardCount\":10,\"OnDemandStreamCount\":0,\"OnDemandStreamCountLimit\":50}");
        json("lambda:GetAccountSettings", "{\"AccountLimit\":{\"ConcurrentExecutions\":1000,\"UnreservedConcurrentExecutions\":900}}");
        json("servicequotas:ListServiceQuotas", "{\"Quotas\":[" + quota("Inbound publish requests per second per account", 40_000) + ","
                + quota("Maximum concurrent client connections per account", 600_000) + "," + quota("Connect requests per second per account", 3_000) + ","
                + quota("Rule evaluations per second per AWS account", 40_000) + "]}");
    }

    static String quota(String name, int value) {
        return "{\"ServiceCode\":\"iotcore\",\"QuotaName\":\"%s\",\"Value\":%d.0,\"Adjustable\":true}".formatted(name, value);
    }

    /// As before the first deployment.
    FakeAws noStacks() {
        answers.put("cloudformation:DescribeStacks", new Answer(400, "text/xml", "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error>"
                + "<Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id Millrace does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>"));
        answers.put("cloudformation:ListStackResources", answers.get("cloudformation:DescribeStacks"));
        return this;
    }

    /// As after one.
    FakeAws stacks(String status, boolean isProtected) {
        xml("cloudformation:DescribeStacks", "<Stacks><member><StackName>Millrace</StackName><StackStatus>%s</StackStatus><EnableTerminationProtection>%s"
                .formatted(status, isProtected) + "</EnableTerminationProtection></member></Stacks>");
        xml("cloudformation:ListStackResources", "<StackResourceSummaries><member><LogicalResourceId>Telemetry</LogicalResourceId><PhysicalResourceId>"
                + "telemetry-1</PhysicalResourceId></member><member><LogicalResourceId>Lake</LogicalResourceId><PhysicalResourceId>lake-1</PhysicalResourceId>"
                + "</member></StackResourceSummaries>");
        json("kinesis:DescribeStreamSummary", "{\"StreamDescriptionSummary\":{\"StreamName\":\"telemetry-1\",\"OpenShardCount\":2}}");
        return this;
    }

    FakeAws json(String call, String body) {
        answers.put(call, new Answer(200, "application/x-amz-json-1.1", body));
        return this;
    }

    FakeAws xml(String call, String result) {
        String operation = call.replaceFirst(".*:", "");
        answers.put(call, new Answer(200, "text/xml", "<%1$sResponse xmlns=\"https://aws.example/doc/\"><%1$sResult>%2$s</%1$sResult></%1$sResponse>".formatted(operation, result)));
        return this;
    }

    FakeAws refuse(String call, int status, String code, String message) {
        answers.put(call, new Answer(status, "application/x-amz-json-1.1", "{\"__type\":\"com.amazonaws.service#%s\",\"message\":\"%s\"}".formatted(code, message)));
        return this;
    }

    /// Which operations were asked, in order.
    List<String> calls() {
        return calls;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            Matcher scope = SCOPE.matcher(authorization);
            String call = scope.find() && scope.group(1).equals(region) ? scope.group(2) + ":" + operation(exchange, body) : "unsigned: " + authorization;
            calls.add(call);
            Answer answer = answers.getOrDefault(call, new Answer(400, "application/x-amz-json-1.1", "{\"__type\":\"ValidationException\",\"message\":\"not expected: " + call + "\"}"));
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String operation(HttpExchange exchange, String body) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target != null) {
            return target.replaceFirst(".*\\.", "");
        }
        Matcher action = ACTION.matcher(body);
        if (action.find()) {
            return action.group(1);
        }
        return switch (exchange.getRequestURI().toString()) {
            case "/endpoint?endpointType=iot%3AData-ATS" -> "DescribeEndpoint";
            case "/2016-08-19/account-settings" -> "GetAccountSettings";
            default -> exchange.getRequestURI().toString();
        };
    }
}
