package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.events.Topics;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.iot.iotidentity.IotIdentityV2Client;
import software.amazon.awssdk.iot.iotidentity.model.CreateCertificateFromCsrRequest;
import software.amazon.awssdk.iot.iotidentity.model.CreateCertificateFromCsrResponse;
import software.amazon.awssdk.iot.iotidentity.model.RegisterThingRequest;
import software.amazon.awssdk.iot.iotidentity.model.RegisterThingResponse;
import software.amazon.awssdk.iot.iotidentity.model.V2ErrorResponseException;

/// The whole, with the client that devices use. Each test has things of its own.
class LocalIotTest {
    private static final String RULE = "millrace_test_telemetry";
    private static final byte[] BYTES = {'{', 0, (byte) 0xff, '}', 'x'};
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;
    private static FakeAws aws;
    private static LocalIot iot;

    @BeforeAll
    static void start() throws Exception {
        aws = new FakeAws();
        iot = LocalIot.start(IotConfig.parse(config(0)), InstantSource.system());
    }

    @AfterAll
    static void stop() {
        iot.close();
        aws.close();
    }

    /// A PUBACK does not wait for the actions, so what a test published may still be on its way.
    @AfterEach
    void forget() throws Exception {
        while (metric("pendingActions") > 0) {
            Thread.onSpinWait();
        }
        aws.kinesisDown(false);
        aws.records().clear();
        aws.objects().clear();
    }

    private static String config(int port) {
        return """
                {"port":%d,"region":"eu-west-1","account":"000000000000","awsEndpoint":"%s","directory":"%s",
                 "policies":[
                  {"name":"device","document":{"Version":"2012-10-17","Statement":[
                   {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:eu-west-1:000000000000:client/${iot:Connection.Thing.ThingName}",
                    "Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}},
                   {"Effect":"Allow","Action":"iot:Publish","Resource":[
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/rules/%s/dt/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/rules/missing/dt/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/things/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/dt/${iot:Connection.Thing.ThingName}/*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/chat/*"]},
                   {"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:eu-west-1:000000000000:topicfilter/chat/*"},
                   {"Effect":"Allow","Action":"iot:Receive","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/chat/open/*"}]}},
                  {"name":"claim","document":{"Version":"2012-10-17","Statement":[
                   {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:eu-west-1:000000000000:client/claim-*"},
                   {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":["arn:aws:iot:eu-west-1:000000000000:topic/$aws/certificates/create-from-csr/json*",
                    "arn:aws:iot:eu-west-1:000000000000:topic/$aws/provisioning-templates/device/provision/json*"]},
                   {"Effect":"Allow","Action":"iot:Subscribe","Resource":["arn:aws:iot:eu-west-1:000000000000:topicfilter/$aws/certificates/create-from-csr/json/*",
                    "arn:aws:iot:eu-west-1:000000000000:topicfilter/$aws/provisioning-templates/device/provision/json/*"]}]}},
                  {"name":"none","document":{"Version":"2012-10-17","Statement":[]}}],
                 "rules":[{"name":"%s","payload":{"Sql":"SELECT * FROM 'dt/+/+'","AwsIotSqlVersion":"2016-03-23",
                   "Actions":[{"Kinesis":{"StreamName":"readings","PartitionKey":"${topic(2)}","RoleArn":"arn:r"}}],
                   "ErrorAction":{"S3":{"BucketName":"errors","Key":"rule-errors/${topic(2)}/${newuuid()}.json","RoleArn":"arn:r"}}}}],
                 "templates":[%s],
                 "fleet":{"things":["truck-1","truck-2"],"policy":"device"}}
                """.formatted(port, aws.endpoint(), directory, RULE, RULE, ProvisioningTemplateTest.config(ProvisioningTemplateTest.GOOD));
    }

    private static TestDevice connected(String thing) throws Exception {
        register(thing, "device");
        var device = new TestDevice(iot.port(), iot.certificates(), thing, thing);
        assertThat(device.nextEvent()).isEqualTo(TestDevice.CONNECTED);
        return device;
    }

    @Test
    void aReadingReachesTheStreamByteForByteUnderItsThing() throws Exception {
        try (TestDevice device = connected("truck-1")) {
            assertThat(device.publish(Topics.telemetry(RULE, "truck-1", "truck"), BYTES)).isEqualTo(PubAckReasonCode.SUCCESS);
        }

        FakeAws.PutRecord put = aws.records().poll(10, TimeUnit.SECONDS);
        assertThat(put.stream()).isEqualTo("readings");
        assertThat(put.partitionKey()).isEqualTo("truck-1");
        assertThat(put.data()).isEqualTo(BYTES);
    }

    @Test
    void aConnectAnOrdinaryPublishAndItsDeliveryAreBilledAndBasicIngestIsNot() throws Exception {
        long before = metric("billed", "messages");
        try (TestDevice device = connected("billed-1")) {
            assertThat(device.publish(Topics.telemetry(RULE, "billed-1", "truck"), BYTES)).isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(metric("billed", "messages") - before).as("CONNECT").isEqualTo(1);
            assertThat(device.publish("dt/billed-1/truck", new byte[5_121])).isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(metric("billed", "messages") - before).as("CONNECT and two steps").isEqualTo(1 + 2);
            assertThat(metric("billed", "connectionMinutes")).isPositive();
        }
    }

    @Test
    void anOrdinaryTopicMatchesTheFilterOfTheRule() throws Exception {
        try (TestDevice device = connected("ordinary-1")) {
            assertThat(device.publish("dt/ordinary-1/truck", BYTES)).as("nobody listens, as AWS answers").isEqualTo(PubAckReasonCode.SUCCESS);
        }

        assertThat(aws.records().poll(10, TimeUnit.SECONDS)).satisfies(put -> assertThat(put.partitionKey()).isEqualTo("ordinary-1"));
    }

    @Test
    void theClientIdOfAnotherThingIsRefused() throws Exception {
        long before = metric("Connect.AuthError");
        try (var device = new TestDevice(iot.port(), iot.certificates(), "truck-1", "truck-2")) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
        assertThat(metric("Connect.AuthError")).isEqualTo(before + 1);
    }

    @Test
    void aThingWhosePolicyAllowsNothingIsRefused() throws Exception {
        register("bare-1", "none");
        try (var device = new TestDevice(iot.port(), iot.certificates(), "bare-1", "bare-1")) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
    }

    @Test
    void aClientIdOver128BytesIsRefused() throws Exception {
        try (var device = new TestDevice(iot.port(), iot.certificates(), "truck-1", "x".repeat(129))) {
            assertThat(device.nextEvent()).isEqualTo("refused CLIENT_IDENTIFIER_NOT_VALID");
        }
    }

    @Test
    void aCertificateThatIsNotRegisteredIsRefusedWhateverItsSubjectSays(@TempDir Path elsewhere) throws Exception {
        var authority = CertificateAuthority.open(iot.certificates().resolve("ca.pem"), directory.resolve("broker/ca.key.pem"),
                new SecureRandom(), InstantSource.system());
        new Things(elsewhere, authority, Registry.open(elsewhere.resolve("registry.json"))).register(List.of("truck-1"), "device");

        try (var device = new TestDevice(iot.port(), iot.certificates().resolve("ca.pem"), elsewhere, "truck-1", "truck-1", Duration.ofSeconds(60))) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
    }

    @Test
    void aCertificateOfAForeignAuthorityIsCutOff(@TempDir Path elsewhere) throws Exception {
        var foreign = CertificateAuthority.open(elsewhere.resolve("ca.pem"), elsewhere.resolve("ca.key.pem"), new SecureRandom(), InstantSource.system());
        new Things(elsewhere, foreign, Registry.open(elsewhere.resolve("registry.json"))).register(List.of("truck-1"), "device");
        long before = metric("Connect.Success");

        try (var device = new TestDevice(iot.port(), iot.certificates().resolve("ca.pem"), elsewhere, "truck-1", "truck-1", Duration.ofSeconds(60))) {
            assertThat(device.nextEvent()).startsWith("failed ");
        }
        assertThat(metric("Connect.Success")).isEqualTo(before);
    }

    @Test
    void theTopicOfAnotherThingIsRefusedAndReachesNobody() throws Exception {
        long before = metric("PublishIn.AuthError");
        try (TestDevice device = connected("spoofer-1")) {
            assertThat(device.publish(Topics.telemetry(RULE, "truck-2", "truck"), BYTES)).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            assertThat(device.publish(Topics.telemetry(RULE, "spoofer-1", "truck"), BYTES)).as("the connection stays").isEqualTo(PubAckReasonCode.SUCCESS);
        }

        assertThat(aws.records().poll(10, TimeUnit.SECONDS).partitionKey()).isEqualTo("spoofer-1");
        assertThat(aws.records()).isEmpty();
        assertThat(metric("PublishIn.AuthError")).isEqualTo(before + 1);
    }

    @Test
    void basicIngestToAMissingRuleIsAcknowledgedAndCounted() throws Exception {
        try (TestDevice device = connected("lost-1")) {
            assertThat(device.publish(Topics.telemetry("missing", "lost-1", "truck"), BYTES)).isEqualTo(PubAckReasonCode.SUCCESS);
        }

        assertThat(metrics().at("/rules/missing/RuleNotFound").asLong()).isEqualTo(1);
        assertThat(aws.records()).isEmpty();
    }

    @Test
    void otherReservedTopicsAreRefusedAsNotSimulated() throws Exception {
        try (TestDevice device = connected("shadow-1")) {
            assertThat(device.publish("$aws/things/shadow-1/shadow/update", BYTES)).isEqualTo(PubAckReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
            assertThat(device.publish(Topics.telemetry(RULE, "shadow-1", "truck"), BYTES)).as("the connection stays").isEqualTo(PubAckReasonCode.SUCCESS);
        }
    }

    @Test
    void theErrorActionKeepsTheOriginalBytesWhenTheStreamIsDown() throws Exception {
        aws.kinesisDown(true);
        try (TestDevice device = connected("sad-1")) {
            assertThat(device.publish(Topics.telemetry(RULE, "sad-1", "truck"), BYTES)).as("not the action's outcome").isEqualTo(PubAckReasonCode.SUCCESS);
            await(() -> !aws.objects().isEmpty());
        }

        Map.Entry<String, byte[]> object = aws.objects().entrySet().iterator().next();
        assertThat(object.getKey()).matches("errors/rule-errors/sad-1/[0-9a-f-]{36}\\.json");
        JsonNode document = JsonMembers.MAPPER.readTree(object.getValue());
        assertThat(Base64.getDecoder().decode(document.path("base64OriginalPayload").asText())).isEqualTo(BYTES);
        assertThat(document.path("ruleName").asText()).isEqualTo(RULE);
        assertThat(document.path("clientId").asText()).isEqualTo("sad-1");
        assertThat(document.at("/failures/0/failedResource").asText()).isEqualTo("readings");
        assertThat(document.at("/failures/0/errorMessage").asText()).contains("no such stream");
    }

    @Test
    void theNewcomerTakesOverTheClientId() throws Exception {
        try (TestDevice first = connected("twin-1"); TestDevice second = connected("twin-1")) {
            assertThat(first.nextEvent()).isEqualTo("disconnected SESSION_TAKEN_OVER");
            assertThat(second.publish(Topics.telemetry(RULE, "twin-1", "truck"), BYTES)).isEqualTo(PubAckReasonCode.SUCCESS);
        }
    }

    @Test
    void moreThanAHundredPublishesASecondAreDiscardedAndCounted() throws Exception {
        long before = metric("PublishIn.Throttle");
        List<CompletableFuture<PubAckReasonCode>> answers = new ArrayList<>();
        try (TestDevice device = connected("hasty-1")) {
            for (int i = 0; i < 1000; i++) {
                answers.add(device.publishLater(Topics.telemetry(RULE, "hasty-1", "truck"), BYTES));
            }
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        }

        long discarded = answers.stream().filter(answer -> answer.join() == PubAckReasonCode.QUOTA_EXCEEDED).count();
        long taken = answers.stream().filter(answer -> answer.join() == PubAckReasonCode.SUCCESS).count();
        assertThat(discarded).isPositive();
        assertThat(taken).isGreaterThanOrEqualTo(100).isEqualTo(1000 - discarded);
        assertThat(metric("PublishIn.Throttle")).isEqualTo(before + discarded);
        await(() -> aws.records().size() >= taken);
        assertThat(aws.records()).hasSize((int) taken);
    }

    @Test
    void aPayloadOver128KilobytesIsRefused() throws Exception {
        try (TestDevice device = connected("fat-1")) {
            assertThat(device.publish(Topics.telemetry(RULE, "fat-1", "truck"), new byte[131_072])).isEqualTo(PubAckReasonCode.SUCCESS);
            assertThat(device.publish(Topics.telemetry(RULE, "fat-1", "truck"), new byte[131_073])).isEqualTo(PubAckReasonCode.QUOTA_EXCEEDED);
        }
    }

    @Test
    void aTopicWithTooManySlashesIsRefused() throws Exception {
        try (TestDevice device = connected("deep-1")) {
            assertThat(device.publish("dt/deep-1/2/3/4/5/6/7/8", BYTES)).isEqualTo(PubAckReasonCode.TOPIC_NAME_INVALID);
        }
    }

    @Test
    void aSubscriberGetsWhatItMayReceiveAndNothingElse() throws Exception {
        try (TestDevice listener = connected("listener-1"); TestDevice talker = connected("talker-1")) {
            assertThat(listener.subscribe("chat/#")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            assertThat(listener.subscribe("dt/#")).isEqualTo(SubAckReasonCode.NOT_AUTHORIZED);
            talker.publish("chat/closed/a", BYTES);
            talker.publish("chat/open/a", BYTES);

            assertThat(listener.nextReceived()).satisfies(packet -> {
                assertThat(packet.getTopic()).isEqualTo("chat/open/a");
                assertThat(packet.getPayload()).isEqualTo(BYTES);
            });
        }
    }

    @Test
    void moreThanEightFiltersInOneSubscribeCloseTheConnection() throws Exception {
        try (TestDevice device = connected("greedy-1")) {
            device.subscribe("chat/%d", 9);

            assertThat(device.nextEvent()).isEqualTo("disconnected QUOTA_EXCEEDED");
        }
    }

    @Test
    void moreThanFiftySubscriptionsCloseTheConnection() throws Exception {
        try (TestDevice device = connected("greedy-2")) {
            for (int i = 0; i < 50; i++) {
                assertThat(device.subscribe("chat/" + i)).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            }
            assertThat(device.subscribe("chat/49")).as("not one more").isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            device.subscribe("chat/x%d", 1);

            assertThat(device.nextEvent()).isEqualTo("disconnected QUOTA_EXCEEDED");
        }
    }

    @Test
    void anMqtt311ClientIsCutOffWhereAnMqtt5ClientIsTold() throws Exception {
        register("old-1", "device");
        try (var device = new TestDevice311(iot.port(), iot.certificates(), "old-1")) {
            device.publish(Topics.telemetry(RULE, "old-1", "truck"), BYTES);
            assertThat(aws.records().poll(10, TimeUnit.SECONDS).partitionKey()).isEqualTo("old-1");
            device.publishUnanswered(Topics.telemetry(RULE, "truck-2", "truck"), BYTES);

            assertThat(device.awaitInterrupted()).isTrue();
        }
        assertThat(aws.records()).isEmpty();
    }

    @Test
    void theOperatorDisconnectsAClient() throws Exception {
        try (TestDevice device = connected("kicked-1")) {
            assertThat(control("DELETE", "/connections/kicked-1", "").statusCode()).isEqualTo(200);
            assertThat(device.nextEvent()).isEqualTo("disconnected ADMINISTRATIVE_ACTION");
            assertThat(control("DELETE", "/connections/nobody", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void wrongControlRequestsAreToldWhatIsWrong() throws Exception {
        assertThat(control("PUT", "/things", "{\"things\":[\"a\"],\"policy\":\"x\"}")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("body.policy: no policy is named 'x'");
        });
        assertThat(control("PUT", "/things", "[]").statusCode()).isEqualTo(400);
        assertThat(control("POST", "/metrics", "").statusCode()).isEqualTo(404);
    }

    @Test
    void theReadyLineTellsWhereEverythingIs() throws Exception {
        assertThat(iot.ready()).startsWith("READY {").doesNotContain("\n");
        JsonNode ready = JsonMembers.MAPPER.readTree(iot.ready().substring("READY ".length()));
        assertThat(ready.path("port").asInt()).isEqualTo(iot.port());
        assertThat(ready.path("control").asInt()).isEqualTo(iot.controlPort());
        assertThat(Path.of(ready.path("ca").asText())).isRegularFile();
        assertThat(Path.of(ready.path("certs").asText()).resolve("truck-1.cert.pem")).isRegularFile();
    }

    @Test
    void aPortInUseIsNamed(@TempDir Path elsewhere) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String config = config(taken.getLocalPort()).replace(directory.toString(), elsewhere.toString());

            assertThatThrownBy(() -> LocalIot.start(IotConfig.parse(config), InstantSource.system()))
                    .isInstanceOf(BindException.class).hasMessageContaining("port " + taken.getLocalPort());
        }
    }

    @Test
    void aDeviceWithAClaimCertificateIsProvisionedByTheDeviceSdk() throws Exception {
        KeyPair keys = SigningRequests.keys();
        aws.function("{\"allowProvisioning\":true,\"parameterOverrides\":{\"ThingName\":\"new-1\"}}");
        CreateCertificateFromCsrResponse created;
        try (TestDevice claimant = claimant("claim-a"); IotIdentityV2Client identity = claimant.identity()) {
            var create = new CreateCertificateFromCsrRequest();
            create.certificateSigningRequest = SigningRequests.pem(keys);
            created = identity.createCertificateFromCsr(create).get(20, TimeUnit.SECONDS);
            RegisterThingResponse registered = identity.registerThing(registerThing(created.certificateOwnershipToken)).get(20, TimeUnit.SECONDS);
            assertThat(registered.thingName).isEqualTo("new-1");
            assertThat(registered.deviceConfiguration).isEqualTo(Map.of("rule", "telemetry", "serial", "SN-1"));
        }
        Files.writeString(iot.certificates().resolve("new-1.cert.pem"), created.certificatePem);
        Pem.write(iot.certificates().resolve("new-1.key.pem"), keys.getPrivate());

        try (var device = new TestDevice(iot.port(), iot.certificates(), "new-1", "new-1")) {
            assertThat(device.nextEvent()).isEqualTo(TestDevice.CONNECTED);
            assertThat(device.publish(Topics.telemetry(RULE, "new-1", "truck"), BYTES)).isEqualTo(PubAckReasonCode.SUCCESS);
        }
        assertThat(aws.records().poll(10, TimeUnit.SECONDS).partitionKey()).isEqualTo("new-1");
        assertThat(JsonMembers.MAPPER.readTree(control("GET", "/things/new-1", "").body()).at("/certificates/0/certificateId").asText()).isEqualTo(created.certificateId);
    }

    @Test
    void aRejectionHasTheShapeThatTheDeviceSdkReads() throws Exception {
        aws.function("{\"allowProvisioning\":false}");
        try (TestDevice claimant = claimant("claim-b"); IotIdentityV2Client identity = claimant.identity()) {
            var create = new CreateCertificateFromCsrRequest();
            create.certificateSigningRequest = SigningRequests.pem(SigningRequests.keys());
            String token = identity.createCertificateFromCsr(create).get(20, TimeUnit.SECONDS).certificateOwnershipToken;

            assertThatThrownBy(() -> identity.registerThing(registerThing(token)).get(20, TimeUnit.SECONDS)).cause()
                    .isInstanceOfSatisfying(V2ErrorResponseException.class, refused -> {
                        assertThat(refused.getModeledError().statusCode).isEqualTo(403);
                        assertThat(refused.getModeledError().errorCode).isEqualTo("AccessDenied");
                    });
        }
    }

    @Test
    void anAnswerGoesToWhoAskedAlone() throws Exception {
        try (TestDevice curious = claimant("claim-c"); TestDevice asking = claimant("claim-d")) {
            assertThat(curious.subscribe("$aws/certificates/create-from-csr/json/+")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            assertThat(asking.subscribe("$aws/certificates/create-from-csr/json/+")).isEqualTo(SubAckReasonCode.GRANTED_QOS_1);
            asking.publish("$aws/certificates/create-from-csr/json", new byte[0]);
            assertThat(asking.nextReceived().getTopic()).isEqualTo("$aws/certificates/create-from-csr/json/rejected");
            curious.publish("$aws/certificates/create-from-csr/json", "{}".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(curious.nextReceived().getPayload(), StandardCharsets.UTF_8)).as("its own, and nothing before it").contains("signing request");
        }
    }

    @Test
    void aRevokedCertificateIsCutOffAndRefused() throws Exception {
        try (TestDevice device = connected("revoked-1")) {
            String id = CertificateAuthority.certificateId(Pem.certificate(iot.certificates().resolve("revoked-1.cert.pem")));
            assertThat(control("PUT", "/certificates/" + id + "?newStatus=REVOKED", "").statusCode()).isEqualTo(200);
            assertThat(device.nextEvent()).isEqualTo("disconnected ADMINISTRATIVE_ACTION");
        }
        try (var device = new TestDevice(iot.port(), iot.certificates(), "revoked-1", "revoked-1")) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
        assertThat(control("PUT", "/certificates/" + "0".repeat(64) + "?newStatus=REVOKED", "").statusCode()).isEqualTo(404);
        assertThat(control("PUT", "/certificates/" + "0".repeat(64) + "?newStatus=GONE", "").body()).contains("ACTIVE, INACTIVE, REVOKED");
        assertThat(control("GET", "/things/nobody", "").statusCode()).isEqualTo(404);
    }

    private static TestDevice claimant(String clientId) throws Exception {
        HttpResponse<String> made = control("PUT", "/certificates", "{\"name\":\"%s\",\"policy\":\"claim\"}".formatted(clientId));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        var device = new TestDevice(iot.port(), iot.certificates(), clientId, clientId);
        assertThat(device.nextEvent()).isEqualTo(TestDevice.CONNECTED);
        return device;
    }

    private static RegisterThingRequest registerThing(String token) {
        var register = new RegisterThingRequest();
        register.templateName = "device";
        register.certificateOwnershipToken = token;
        register.parameters = new HashMap<>(Map.of("SerialNumber", "SN-1"));
        return register;
    }

    private static void register(String thing, String policy) throws Exception {
        HttpResponse<String> answer = control("PUT", "/things", "{\"things\":[\"%s\"],\"policy\":\"%s\"}".formatted(thing, policy));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Files.exists(iot.certificates().resolve(thing + ".cert.pem"))).isTrue();
    }

    private static JsonNode metrics() throws Exception {
        return JsonMembers.MAPPER.readTree(control("GET", "/metrics", "").body());
    }

    private static long metric(String part, String name) throws Exception {
        return metrics().path(part).path(name).asLong(-1);
    }

    private static long metric(String name) throws Exception {
        return metrics().path(name).asLong(-1);
    }

    private static HttpResponse<String> control(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + iot.controlPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)).build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("condition not met in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
