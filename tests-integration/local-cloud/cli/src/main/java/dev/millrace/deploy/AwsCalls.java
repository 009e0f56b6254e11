package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.w3c.dom.Document;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/// The few calls of AWS that the commands here need, as signed HTTP requests. Clients of AWS IoT's control plane and of Service
/// Quotas are not to be had in the version of the SDK that everything else here has, so all services are asked in this one way,
/// each call within one time limit and without repeats: who asks sits before a terminal.
final class AwsCalls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AwsCredentialsProvider credentials;
    private final String region;
    private final Map<String, String> environment;
    private final Duration timeout;
    private final SdkHttpClient http;

    /// @param region      that is asked, as `eu-west-1`
    /// @param environment variables; of them `AWS_ENDPOINT_URL` and its forms for one service count
    /// @param timeout     of connecting, and of each wait for bytes
    AwsCalls(AwsCredentialsProvider credentials, String region, Map<String, String> environment, Duration timeout) {
        this.credentials = credentials;
        this.region = region;
        this.environment = Map.copyOf(environment);
        this.timeout = timeout;
        http = UrlConnectionHttpClient.builder().connectionTimeout(timeout).socketTimeout(timeout).build();
    }

    String region() {
        return region;
    }

    /// An operation of a service that speaks JSON 1.0 or 1.1.
    ///
    /// @param target what `X-Amz-Target` says before the operation
    Answer json(AwsService service, String version, String target, String operation, String body) throws CallFailed {
        SdkHttpRequest.Builder request = request(service, SdkHttpMethod.POST, "/").putHeader("X-Amz-Target", target + "." + operation)
                .putHeader("Content-Type", "application/x-amz-json-" + version);
        return send(service, operation, request, body);
    }

    /// An operation of a service that speaks the query protocol, which answers in XML.
    Document query(AwsService service, String version, String operation, Map<String, String> parameters) throws CallFailed {
        String form = parameters.entrySet().stream().map(entry -> "&" + entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("", "Action=%s&Version=%s".formatted(operation, version), ""));
        SdkHttpRequest.Builder request = request(service, SdkHttpMethod.POST, "/").putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        Answer answer = send(service, operation, request, form);
        return Xml.parse(answer.text()).orElseThrow(() -> answer.isNot("XML"));
    }

    /// An operation of a service that speaks REST, without a body.
    Answer get(AwsService service, String operation, String path, Map<String, String> parameters) throws CallFailed {
        SdkHttpRequest.Builder request = request(service, SdkHttpMethod.GET, path);
        parameters.forEach(request::putRawQueryParameter);
        return send(service, operation, request, "");
    }

    @Override
    public void close() {
        http.close();
    }

    private SdkHttpRequest.Builder request(AwsService service, SdkHttpMethod method, String path) {
        return SdkHttpRequest.builder().method(method).uri(endpoint(service)).encodedPath(path);
    }

    /// Where a service answers.
    URI endpoint(AwsService service) {
        String elsewhere = environment.getOrDefault(service.endpointVariable(), environment.getOrDefault("AWS_ENDPOINT_URL", ""));
        return URI.create(elsewhere.isEmpty()
                ? "https://%s.%s.%s".formatted(service.host(), region, PartitionMetadata.of(Region.of(region)).dnsSuffix())
                : elsewhere);
    }

    private Answer send(AwsService service, String operation, SdkHttpRequest.Builder request, String body) throws CallFailed {
        String call = service.signingName() + ":" + operation;
        ContentStreamProvider payload = ContentStreamProvider.fromUtf8String(body);
        try {
            var signed = AwsV4HttpSigner.create().sign(sign -> sign.identity(credentials.resolveCredentials()).request(request.build()).payload(payload)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service.signingName()).putProperty(AwsV4HttpSigner.REGION_NAME, region));
            SdkHttpFullRequest.Builder full = SdkHttpFullRequest.builder().method(signed.request().method()).uri(signed.request().getUri())
                    .headers(signed.request().headers());
            HttpExecuteRequest.Builder execute = HttpExecuteRequest.builder().request(full.build());
            if (!body.isEmpty()) {
                execute.contentStreamProvider(payload);
            }
            HttpExecuteResponse response = http.prepareRequest(execute.build()).call();
            try (InputStream in = response.responseBody().map(InputStream.class::cast).orElseGet(() -> new ByteArrayInputStream(new byte[0]))) {
                int status = response.httpResponse().statusCode();
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                var answer = new Answer(call, status, text);
                if (status / 100 != 2) {
                    throw answer.failure(response.httpResponse().firstMatchingHeader("x-amzn-ErrorType"));
                }
                return answer;
            }
        } catch (UnknownHostException e) {
            throw new CallFailed(call, 0, "", "no host of this name: " + e.getMessage());
        } catch (IOException e) {
            throw new CallFailed(call, 0, "", "no answer within %d s from %s: %s".formatted(timeout.toSeconds(), endpoint(service), e.getMessage()));
        }
    }

    /// What came.
    record Answer(String call, int status, String text) {
        JsonNode json() throws CallFailed {
            return parsed().orElseThrow(() -> isNot("JSON"));
        }

        private Optional<JsonNode> parsed() {
            try {
                return Optional.ofNullable(JSON.readTree(text)).filter(JsonNode::isObject);
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        CallFailed isNot(String format) {
            return new CallFailed(call, status, "", "expected %s: %s".formatted(format, text.substring(0, Math.min(200, text.length()))));
        }

        /// JSON services name the error in a header or in `__type`, both with a namespace or an address around it.
        private CallFailed failure(Optional<String> header) {
            Optional<JsonNode> json = parsed();
            if (json.isPresent()) {
                String type = header.orElse(json.get().path("__type").asText()).replaceFirst(":.*", "").replaceFirst(".*#", "");
                return new CallFailed(call, status, type, json.get().path("message").asText(json.get().path("Message").asText()));
            }
            Optional<Document> xml = Xml.parse(text);
            return new CallFailed(call, status, xml.flatMap(document -> Xml.first(document, "Code")).orElse(header.orElse("")),
                    xml.flatMap(document -> Xml.first(document, "Message")).orElse(text.substring(0, Math.min(200, text.length())).strip()));
        }
    }
}
