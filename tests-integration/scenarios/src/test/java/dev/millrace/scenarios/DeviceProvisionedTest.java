package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.Claim;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Topics;
import dev.millrace.local.lambda.InvocationResult;
import dev.millrace.provisioning.DeviceIdentity;
import dev.millrace.provisioning.IdentityStore;
import dev.millrace.provisioning.IotConnection;
import dev.millrace.provisioning.Provision;
import dev.millrace.provisioning.Provisioning;
import dev.millrace.provisioning.ProvisioningFailed;
import dev.millrace.provisioning.Registrar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket.SubAckReasonCode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Fleet provisioning, whole: the program on the device, the topics of AWS IoT, the template and the policies that are
/// deployed, the function on its zip, the list in DynamoDB. Each test has serial numbers of its own.
@Timeout(180)
class DeviceProvisionedTest {
    private static final String CLAIM = "the-claim";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static SharedCloud cloud;

    /// What the program left behind.
    private record Ended(int exitCode, String out, String err) {
    }

    @BeforeAll
    static void aClaimCertificate() throws Exception {
        cloud = SharedCloud.get();
        cloud.cloud().createCertificate(CLAIM, cloud.stage().deployed().output("ClaimPolicyName"));
    }

    @Test
    void aDeviceProvisionsItselfAndItsReadingIsCountedOnce() throws Exception {
        list("SN-FIRST", Map.of("type", "environment", "thing", "greenhouse-1"));
        Path home = Directories.fresh("device");

        Ended ended = provision(home, "SN-FIRST");

        assertThat(ended.exitCode).as(ended.err).isZero();
        assertThat(ended.out).contains("provisioned: thing greenhouse-1, type environment, rule " + cloud.stage().deployed().output("RuleName"));
        DeviceIdentity identity = identity(home);
        assertThat(identity.noticesRule()).isEqualTo(cloud.stage().deployed().output("NoticesRuleName"));
        assertThat(cloud.cloud().certificatesOf("greenhouse-1")).isEqualTo(Map.of(identity.certificateId(), "ACTIVE"));
        assertThat(listed("SN-FIRST").get("certificates").ss()).containsExactly(identity.certificateId());
        try (SdkDevice device = connected(identity)) {
            Payload reading = Payload.readings("greenhouse-1", 1);
            for (int sent = 0; sent < 2; sent++) {
                assertThat(device.publish(Topics.telemetry(identity.rule(), "greenhouse-1", identity.type()), reading.bytes())).isEqualTo(PubAckReasonCode.SUCCESS);
            }
        }
        cloud.awaitDrained();
        assertThat(cloud.accounts().hot("greenhouse-1")).containsExactly(new ReadingId("greenhouse-1", 1, 1));
        assertThat(cloud.accounts().state("greenhouse-1").tally().accepted()).isOne();
        assertThat(cloud.accounts().state("greenhouse-1").tally().duplicate()).isOne();

        assertThat(provision(home, "SN-FIRST").out).as("again").contains("provisioned already");
    }

    @Test
    void anUnknownSerialNumberIsRefusedAndNothingIsCreated() throws Exception {
        Path home = Directories.fresh("device");

        Ended ended = provision(home, "SN-UNKNOWN");

        assertThat(ended.exitCode).isEqualTo(1);
        assertThat(ended.err).contains("refused, 403 AccessDenied");
        assertThat(cloud.cloud().certificatesOf("SN-UNKNOWN")).isEmpty();
        assertThat(listed("SN-UNKNOWN")).isEmpty();
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("pending.key.pem");
        }
    }

    @Test
    void aSecondDeviceWithAUsedSerialNumberIsRefused() throws Exception {
        list("SN-TWICE", Map.of("type", "environment"));
        Path first = Directories.fresh("device");
        assertThat(provision(first, "SN-TWICE").exitCode).isZero();
        Map<String, AttributeValue> before = listed("SN-TWICE");

        Ended second = provision(Directories.fresh("device"), "SN-TWICE");

        assertThat(second.exitCode).isEqualTo(1);
        assertThat(second.err).contains("403 AccessDenied");
        assertThat(cloud.cloud().certificatesOf("SN-TWICE")).isEqualTo(Map.of(identity(first).certificateId(), "ACTIVE"));
        assertThat(listed("SN-TWICE")).isEqualTo(before);
    }

    @Test
    void ofManyDevicesThatAskAtOnceWithOneSerialNumberOneIsLetIn() throws Exception {
        list("SN-RACE", Map.of("type", "environment"));
        List<String> things = new ArrayList<>(SharedCloud.TRUCKS);
        things.addAll(SharedCloud.SENSORS);
        List<Callable<Boolean>> claims = new ArrayList<>();
        for (String thing : things) {
            // a certificate is as good as another, as long as its key is its own
            String pem = Files.readString(cloud.cloud().certsDirectory().resolve(thing + ".cert.pem"));
            claims.add(() -> allowed(event("SN-RACE", "claim-SN-RACE", "c1".repeat(32), "%064x".formatted(things.indexOf(thing)), pem)));
        }
        int letIn = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> claim : threads.invokeAll(claims)) {
                letIn += claim.get() ? 1 : 0;
            }
        }

        assertThat(letIn).isOne();
        assertThat(listed("SN-RACE").get("certificates").ss()).hasSize(1);
    }

    @Test
    void anAnswerThatWasLostIsAskedForAgainByTheSameKeyAndGranted() throws Exception {
        list("SN-LOST", Map.of("type", "environment"));
        Path home = Directories.fresh("device");
        var store = new IdentityStore(home);
        try (IotConnection connection = overClaim("SN-LOST")) {
            Registrar real = connection.registrar(template());
            assertThatThrownBy(() -> new Provisioning(store, new SecureRandom()).provision("SN-LOST", (serial, request) -> {
                real.register(serial, request);
                throw new ProvisioningFailed("the link broke");
            })).hasMessage("the link broke");
        }

        Ended ended = provision(home, "SN-LOST");

        assertThat(ended.exitCode).as(ended.err).isZero();
        assertThat(cloud.cloud().certificatesOf("SN-LOST")).hasSize(2).containsEntry(identity(home).certificateId(), "ACTIVE");
        connected(identity(home)).close();
    }

    @Test
    void aKeyMayAskAgainOverTheClaimCertificateForAWeek() throws Exception {
        list("SN-WEEK", Map.of("type", "environment"));
        String pem = Files.readString(cloud.cloud().certsDirectory().resolve(SharedCloud.TRUCKS.getFirst() + ".cert.pem"));
        byte[] claim = event("SN-WEEK", "claim-SN-WEEK", "c1".repeat(32), "ab".repeat(32), pem);
        assertThat(allowed(claim)).isTrue();
        String claimedAt = listed("SN-WEEK").get("claimed_at").s();

        assertThat(allowed(claim)).as("again").isTrue();
        assertThat(listed("SN-WEEK").get("claimed_at").s()).as("the week is not prolonged").isEqualTo(claimedAt);
        String longAgo = Instant.now().minus(Duration.ofDays(8)).truncatedTo(ChronoUnit.SECONDS).toString();
        cloud.stage().clients().dynamoDb().updateItem(update -> update.tableName(cloud.stage().deployed().output("SerialsTable"))
                .key(Map.of("serial", AttributeValue.fromS("SN-WEEK"))).updateExpression("SET claimed_at = :then")
                .expressionAttributeValues(Map.of(":then", AttributeValue.fromS(longAgo))));
        assertThat(allowed(claim)).as("after more than a week").isFalse();
    }

    @Test
    void aThingRenewsItsCertificateAndTheOldOneCanBeRevoked() throws Exception {
        list("SN-RENEW", Map.of("type", "environment", "thing", "greenhouse-2"));
        Path home = Directories.fresh("device");
        assertThat(provision(home, "SN-RENEW").exitCode).isZero();
        DeviceIdentity before = identity(home);

        Ended ended = run(home, "--renew");

        assertThat(ended.exitCode).as(ended.err).isZero();
        DeviceIdentity after = identity(home);
        assertThat(ended.out).contains("renewed: thing greenhouse-2").contains(after.certificateId());
        assertThat(cloud.cloud().certificatesOf("greenhouse-2")).isEqualTo(Map.of(before.certificateId(), "ACTIVE", after.certificateId(), "ACTIVE"));
        assertThat(listed("SN-RENEW").get("certificates").ss()).containsExactlyInAnyOrder(before.certificateId(), after.certificateId());

        cloud.cloud().setCertificateStatus(before.certificateId(), "INACTIVE");
        connected(after).close();
        assertRefused(before);
        // and it goes on
        assertThat(run(home, "--renew").exitCode).isZero();
        assertThat(listed("SN-RENEW").get("certificates").ss()).hasSize(3);
    }

    @Test
    void aRevokedCertificateIsCutOffAndRefusedAndCannotRenewItself() throws Exception {
        list("SN-REVOKED", Map.of("type", "environment"));
        Path home = Directories.fresh("device");
        assertThat(provision(home, "SN-REVOKED").exitCode).isZero();
        DeviceIdentity identity = identity(home);

        try (SdkDevice device = connected(identity)) {
            cloud.cloud().setCertificateStatus(identity.certificateId(), "REVOKED");
            assertThat(device.nextEvent()).startsWith("disconnected");
        }

        assertRefused(identity);
        Ended renewal = run(home, "--renew");
        assertThat(renewal.exitCode).isEqualTo(1);
        assertThat(renewal.err).contains("SN-REVOKED at localhost").contains("refused, CONNACK NOT_AUTHORIZED");
        assertThat(identity(home)).as("what it had is not lost").isEqualTo(identity);
    }

    @Test
    void aClaimCertificateCanDoNothingElse() throws Exception {
        String rule = cloud.stage().deployed().output("RuleName");
        String victim = SharedCloud.SENSORS.getFirst();

        try (var claimant = new SdkDevice(cloud.cloud(), CLAIM, "claim-SN-1")) {
            assertThat(claimant.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            for (String topic : List.of(Topics.telemetry(rule, victim, "environment"), Topics.telemetry(rule, "claim-SN-1", "environment"), "dt/claim-SN-1/environment",
                    "cmd/" + victim + "/resend", "$aws/things/" + victim + "/shadow/name/config/update", "$aws/certificates/create/json",
                    "$aws/provisioning-templates/another/provision/json")) {
                assertThat(claimant.publish(topic, new byte[] {'{', '}'})).as(topic).isEqualTo(PubAckReasonCode.NOT_AUTHORIZED);
            }
            for (String filter : List.of("#", "cmd/#", "cmd/claim-SN-1/#", "$aws/things/+/shadow/name/config/#", "$aws/certificates/#", "$aws/provisioning-templates/#")) {
                assertThat(claimant.subscribe(filter)).as(filter).isEqualTo(SubAckReasonCode.NOT_AUTHORIZED);
            }
        }
        for (String clientId : List.of(victim, CLAIM, "claim")) {
            try (var claimant = new SdkDevice(cloud.cloud(), CLAIM, clientId)) {
                assertThat(claimant.nextEvent()).as(clientId).isEqualTo("refused NOT_AUTHORIZED");
            }
        }
    }

    @Test
    void whoeverAsksSpeaksForTheSerialNumberOfTheirConnectionOnly() throws Exception {
        list("SN-MINE", Map.of("type", "environment"));
        list("SN-OTHER", Map.of("type", "environment"));
        Path home = Directories.fresh("device");
        try (IotConnection connection = overClaim("SN-MINE")) {
            assertThatThrownBy(() -> new Provisioning(new IdentityStore(home), new SecureRandom()).provision("SN-OTHER", connection.registrar(template())))
                    .isInstanceOf(ProvisioningFailed.class).hasMessageContaining("403 AccessDenied");
        }
        assertThat(provision(home, "SN-MINE").exitCode).isZero();
        DeviceIdentity mine = identity(home);
        try (IotConnection connection = IotConnection.open(endpoint(), mine.certFile(), mine.keyFile(), mine.thing())) {
            assertThatThrownBy(() -> new Provisioning(new IdentityStore(Directories.fresh("device")), new SecureRandom()).provision("SN-OTHER", connection.registrar(template())))
                    .isInstanceOf(ProvisioningFailed.class).hasMessageContaining("403 AccessDenied");
        }

        assertThat(listed("SN-OTHER")).doesNotContainKeys("key", "certificates");
        assertThat(cloud.cloud().certificatesOf("SN-OTHER")).isEmpty();
    }

    @Test
    void aCertificateThatTheListDoesNotKnowRenewsNothing() throws Exception {
        String thing = SharedCloud.TRUCKS.getLast();
        String pem = Files.readString(cloud.cloud().certsDirectory().resolve(thing + ".cert.pem"));
        String madeByHand = cloud.cloud().certificatesOf(thing).keySet().iterator().next();
        list("SN-HAND", Map.of("type", "truck", "thing", thing));
        byte[] renewal = event("SN-HAND", thing, madeByHand, "ab".repeat(32), pem);

        assertThat(allowed(renewal)).isFalse();
        cloud.stage().clients().dynamoDb().updateItem(update -> update.tableName(cloud.stage().deployed().output("SerialsTable"))
                .key(Map.of("serial", AttributeValue.fromS("SN-HAND"))).updateExpression("ADD certificates :made")
                .expressionAttributeValues(Map.of(":made", AttributeValue.fromSs(List.of(madeByHand)))));
        assertThat(allowed(event("SN-HAND", SharedCloud.TRUCKS.getFirst(), madeByHand, "ab".repeat(32), pem))).as("as another thing").isFalse();
        assertThat(allowed(renewal)).as("the operator has vouched for it").isTrue();
    }

    @Test
    void anEntryThatTheOperatorReleasesMayBeClaimedAgain() throws Exception {
        list("SN-SWAP", Map.of("type", "environment", "thing", "greenhouse-3"));
        assertThat(provision(Directories.fresh("device"), "SN-SWAP").exitCode).isZero();
        Path next = Directories.fresh("device");
        assertThat(provision(next, "SN-SWAP").exitCode).isEqualTo(1);

        list("SN-SWAP", Map.of("type", "environment", "thing", "greenhouse-3"));

        assertThat(provision(next, "SN-SWAP").exitCode).isZero();
        assertThat(cloud.cloud().certificatesOf("greenhouse-3")).hasSize(2);
    }

    private static Ended provision(Path home, String serial) throws IOException {
        Path certificates = cloud.cloud().certsDirectory();
        return run(home, "--serial", serial, "--claim-cert", certificates.resolve(CLAIM + ".cert.pem").toString(),
                "--claim-key", certificates.resolve(CLAIM + ".key.pem").toString());
    }

    private static Ended run(Path home, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--endpoint", "localhost", "--port", String.valueOf(cloud.cloud().mqttPort()),
                "--ca", cloud.cloud().caFile().toString(), "--template", template(), "--out", home.toString()));
        arguments.addAll(List.of(more));
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine program = Provision.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ended(program.execute(arguments.toArray(String[]::new)), out.toString(), err.toString());
    }

    private static IotConnection overClaim(String serial) throws ProvisioningFailed, InterruptedException {
        Path certificates = cloud.cloud().certsDirectory();
        return IotConnection.open(endpoint(), certificates.resolve(CLAIM + ".cert.pem"), certificates.resolve(CLAIM + ".key.pem"), Claim.clientId(serial));
    }

    private static IotConnection.Endpoint endpoint() {
        return new IotConnection.Endpoint("localhost", cloud.cloud().mqttPort(), cloud.cloud().caFile(), Duration.ofSeconds(30));
    }

    private static String template() {
        return cloud.stage().deployed().output("ProvisioningTemplateName");
    }

    private static DeviceIdentity identity(Path home) throws IOException {
        return new IdentityStore(home).current().orElseThrow();
    }

    private static SdkDevice connected(DeviceIdentity identity) throws InterruptedException {
        var device = new SdkDevice(cloud.cloud(), identity.certFile(), identity.keyFile(), identity.thing());
        assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
        return device;
    }

    private static void assertRefused(DeviceIdentity identity) throws InterruptedException {
        try (var device = new SdkDevice(cloud.cloud(), identity.certFile(), identity.keyFile(), identity.thing())) {
            assertThat(device.nextEvent()).isEqualTo("refused NOT_AUTHORIZED");
        }
    }

    /// What an operator writes into the list.
    private static void list(String serial, Map<String, String> entry) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of("serial", AttributeValue.fromS(serial)));
        entry.forEach((name, value) -> item.put(name, AttributeValue.fromS(value)));
        cloud.stage().clients().dynamoDb().putItem(put -> put.tableName(cloud.stage().deployed().output("SerialsTable")).item(item));
    }

    private static Map<String, AttributeValue> listed(String serial) {
        return cloud.stage().clients().dynamoDb().getItem(get -> get.tableName(cloud.stage().deployed().output("SerialsTable"))
                .key(Map.of("serial", AttributeValue.fromS(serial))).consistentRead(true)).item();
    }

    private static byte[] event(String serial, String clientId, String connectedWith, String certificateId, String pem) {
        return JSON.createObjectNode().put("claimCertificateId", connectedWith).put("certificateId", certificateId).put("certificatePem", pem)
                .put("clientId", clientId).set("parameters", JSON.createObjectNode().put("SerialNumber", serial)).toString().getBytes(UTF_8);
    }

    /// Asks the function itself.
    private static boolean allowed(byte[] event) throws Exception {
        String function = cloud.cloud().deployment().ofType("AWS::Lambda::Function").stream().map(resource -> resource.provisioned().ref())
                .filter(name -> name.toLowerCase(Locale.ROOT).contains("provision")).findFirst().orElseThrow();
        InvocationResult result = cloud.cloud().lambdaHost().invoke(function, event);
        assertThat(result).isInstanceOf(InvocationResult.Succeeded.class);
        return JSON.readTree(((InvocationResult.Succeeded) result).response()).path("allowProvisioning").booleanValue();
    }
}
