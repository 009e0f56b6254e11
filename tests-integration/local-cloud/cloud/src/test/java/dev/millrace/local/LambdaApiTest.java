package dev.millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.local.lambda.InvocationResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What AWS's own client makes of it is tested by whoever provisions a device.
class LambdaApiTest {
    private final List<String> invoked = new ArrayList<>();
    private final LambdaApi api = new LambdaApi();
    private InvocationResult result = new InvocationResult.Succeeded("{}".getBytes(UTF_8));
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                api.handle(exchange);
            }
        });
        server.start();
        api.serve((function, payload) -> {
            if (!function.equals("provision")) {
                throw new IllegalArgumentException("no such function: " + function);
            }
            invoked.add(new String(payload, UTF_8));
            return result;
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"provision", "provision:live", "arn:aws:lambda:eu-west-1:000000000000:function:provision",
        "arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aprovision%3Alive"})
    void aFunctionIsInvokedByItsNameOrItsArn(String name) throws Exception {
        result = new InvocationResult.Succeeded("{\"a\":1}".getBytes(UTF_8));

        HttpResponse<String> answer = post("/2015-03-31/functions/" + name + "/invocations");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"a\":1}");
        assertThat(answer.headers().firstValue("X-Amz-Function-Error")).isEmpty();
        assertThat(invoked).containsExactly("{\"event\":1}");
    }

    @Test
    void whatWentWrongInTheFunctionIsMarkedAndNoErrorOfTheCall() throws Exception {
        for (InvocationResult failed : List.of(new InvocationResult.FunctionError("T", "{\"errorMessage\":\"x\"}".getBytes(UTF_8)),
                new InvocationResult.TimedOut(), new InvocationResult.Crashed(137, "log"))) {
            result = failed;
            HttpResponse<String> answer = post("/2015-03-31/functions/provision/invocations");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Amz-Function-Error")).contains("Unhandled");
            assertThat(answer.body()).contains("errorMessage");
        }
    }

    @Test
    void anUnknownFunctionIsNotFoundAndOtherOperationsAreRefusedLoudly() throws Exception {
        assertThat(post("/2015-03-31/functions/other/invocations").statusCode()).isEqualTo(404);
        assertThat(post("/2015-03-31/functions").statusCode()).isEqualTo(501);
        assertThat(post("/2014-11-13/functions/provision/invoke-async").body()).contains("only the synchronous Invoke");
    }

    private HttpResponse<String> post(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"event\":1}")).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
