package dev.millrace.local.iot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisioningTest {
    private static final ProvisioningDesk.Asker CLAIMANT = new ProvisioningDesk.Asker("claim-SN-1", "c1".repeat(32));
    private static final String YES = "{\"allowProvisioning\":true,\"parameterOverrides\":{\"ThingName\":\"truck-7\"}}";

    @TempDir
    private Path directory;
    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    private final List<JsonNode> asked = new ArrayList<>();
    private String answer = YES;
    private CertificateAuthority authority;
    private Registry registry;
    private Provisioning provisioning;

    @BeforeEach
    void oneTemplate() throws Exception {
        authority = CertificateAuthority.open(directory.resolve("ca.pem"), directory.resolve("ca.key.pem"), new SecureRandom(), () -> now);
        registry = Registry.open(directory.resolve("registry.json"));
        provisioning = withRights(ProvisioningTemplateTest.RIGHTS);
    }

    private Provisioning withRights(String statements) {
        ProvisioningTemplate template = ProvisioningTemplate.parse(JsonMembers.parse("template",
                ProvisioningTemplateTest.config(ProvisioningTemplateTest.GOOD, statements)));
        return new Provisioning("eu-west-1", "000000000000", List.of(template), authority, registry, (arn, event) -> {
            try {
                asked.add(JsonMembers.MAPPER.readTree(event));
            } catch (IOException e) {
                throw new ActionFailed("no JSON", e);
            }
            assertThat(arn).isEqualTo("arn:hook");
            if (answer.isEmpty()) {
                throw new ActionFailed("the function timed out");
            }
            return answer.getBytes(UTF_8);
        }, () -> now, UUID::randomUUID);
    }

    @Test
    void aSigningRequestBecomesACertificateOfTheSameKeyThatIsNothingYet() throws Exception {
        KeyPair keys = SigningRequests.keys();

        ObjectNode created = create(SigningRequests.pem(keys));

        X509Certificate certificate = certificate(created);
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=SN-1");
        assertThat(created.path("certificateId").asText()).isEqualTo(CertificateAuthority.certificateId(certificate));
        assertThat(created.has("privateKey")).isFalse();
        assertThat(registry.ofCertificate(created.path("certificateId").asText())).isEmpty();
    }

    @Test
    void aThingIsRegisteredUnderTheNameThatTheFunctionGives() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));

        ObjectNode registered = register(created, "SN-1");

        assertThat(registered).isEqualTo(JsonMembers.MAPPER.readTree("{\"thingName\":\"truck-7\",\"deviceConfiguration\":{\"rule\":\"telemetry\",\"serial\":\"SN-1\"}}"));
        String certificateId = created.path("certificateId").asText();
        assertThat(Registry.open(directory.resolve("registry.json")).allOfThing("truck-7"))
                .containsExactly(new Registry.Entry("truck-7", certificateId, List.of("device"), Registry.Status.ACTIVE));
        assertThat(asked).containsExactly(JsonMembers.MAPPER.createObjectNode().put("claimCertificateId", CLAIMANT.certificateId())
                .put("certificateId", certificateId).put("certificatePem", created.path("certificatePem").asText())
                .put("templateArn", "arn:aws:iot:eu-west-1:000000000000:provisioningtemplate/device").put("clientId", "claim-SN-1")
                .set("parameters", JsonMembers.MAPPER.readTree("{\"SerialNumber\":\"SN-1\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iot:CreateThing", "iot:DescribeThing", "iot:AttachPolicy", "iot:DescribeCertificate", "iot:UpdateCertificate", "iot:AttachThingPrincipal"})
    void withoutOneOfTheRightsOfTheTemplatesRoleNoDeviceIsRegistered(String right) throws Exception {
        provisioning = withRights(ProvisioningTemplateTest.RIGHTS.replace(right, "iot:Nothing"));
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));

        assertThatThrownBy(() -> register(created, "SN-1")).isInstanceOf(RequestRefused.class).hasMessage("Access Denied");
        assertThat(registry.ofThing("truck-7")).isEmpty();
    }

    @Test
    void aThingThatIsThereIsUpdatedByARightOfItsOwn() throws Exception {
        register(create(SigningRequests.pem(SigningRequests.keys())), "SN-1");
        provisioning = withRights(ProvisioningTemplateTest.RIGHTS.replace("iot:UpdateThing", "iot:Nothing"));
        ObjectNode second = create(SigningRequests.pem(SigningRequests.keys()));

        assertThatThrownBy(() -> register(second, "SN-1")).isInstanceOf(RequestRefused.class);
    }

    @Test
    void aSecondCertificateOfAThingLeavesTheFirstOneAsItIs() throws Exception {
        ObjectNode first = create(SigningRequests.pem(SigningRequests.keys()));
        register(first, "SN-1");
        ObjectNode second = create(SigningRequests.pem(SigningRequests.keys()));
        register(second, "SN-1");

        assertThat(registry.allOfThing("truck-7")).extracting(Registry.Entry::certificateId)
                .containsExactly(first.path("certificateId").asText(), second.path("certificateId").asText());
        assertThat(registry.allOfThing("truck-7")).extracting(Registry.Entry::status).containsOnly(Registry.Status.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "no JSON", "{\"allowProvisioning\":false}", "{\"allowProvisioning\":\"true\"}", "{\"allowProvisioning\":1}",
        "{\"parameterOverrides\":{\"ThingName\":\"truck-7\"}}"})
    void whatIsNoPlainYesIsANo(String said) throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));
        answer = said;

        assertRefused(() -> register(created, "SN-1"), 403, "AccessDenied");
        assertThat(registry.ofCertificate(created.path("certificateId").asText())).isEmpty();
    }

    @Test
    void aTokenThatWasRefusedMayBeUsedAgainAndOneThatWasUsedMayNot() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));
        answer = "";
        assertRefused(() -> register(created, "SN-1"), 403, "AccessDenied");
        answer = YES;
        register(created, "SN-1");

        assertRefused(() -> register(created, "SN-1"), 400, "InvalidCertificateOwnershipToken");
    }

    @Test
    void aTokenLivesForAnHour() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));
        ObjectNode other = create(SigningRequests.pem(SigningRequests.keys()));
        now = now.plus(Duration.ofHours(1));
        register(created, "SN-1");
        now = now.plusMillis(1);

        assertRefused(() -> register(other, "SN-1"), 400, "InvalidCertificateOwnershipToken");
        assertRefused(() -> provisioning.register(CLAIMANT, "device", "{\"parameters\":{}}".getBytes(UTF_8)), 400, "InvalidCertificateOwnershipToken");
    }

    @Test
    void anUnknownTemplateIsNotFound() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));

        assertRefused(() -> provisioning.register(CLAIMANT, "other", request(created, "SN-1")), 404, "ResourceNotFound");
    }

    @Test
    void theDeviceCannotChooseItsName() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));
        byte[] request = "{\"certificateOwnershipToken\":\"%s\",\"parameters\":{\"SerialNumber\":\"SN-1\",\"ThingName\":\"truck-8\"}}"
                .formatted(created.path("certificateOwnershipToken").asText()).getBytes(UTF_8);

        assertThat(provisioning.register(CLAIMANT, "device", request).path("thingName").asText()).isEqualTo("truck-7");
    }

    @Test
    void aRequestThatIsNotSignedWithItsKeyIsRefused() throws Exception {
        String pem = SigningRequests.pem(SigningRequests.keys(), SigningRequests.keys());

        assertRefused(() -> create(pem), 400, "InvalidCertificateSigningRequest");
    }

    @Test
    void aWeakKeyIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1_024);
        String pem = SigningRequests.pem(generator.generateKeyPair());

        assertRefused(() -> create(pem), 400, "InvalidCertificateSigningRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"})
    void whatIsNoSigningRequestIsRefused(String pem) {
        assertRefused(() -> create(pem), 400, "InvalidCertificateSigningRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"a\":1,\"a\":2}"})
    void whatIsNoJsonObjectIsRefused(String payload) {
        assertRefused(() -> provisioning.create(payload.getBytes(UTF_8)), 400, "InvalidPayload");
        assertRefused(() -> provisioning.register(CLAIMANT, "device", payload.getBytes(UTF_8)), 400, "InvalidPayload");
    }

    @Test
    void moreThanTwentyASecondAreThrottled() {
        for (int i = 0; i < 20; i++) {
            assertRefused(() -> create("text"), 400, "InvalidCertificateSigningRequest");
        }

        assertRefused(() -> create("text"), 429, "ThrottlingException");
        now = now.plusSeconds(1);
        assertRefused(() -> create("text"), 400, "InvalidCertificateSigningRequest");
    }

    @Test
    void aRegistryThatCannotBeWrittenLeavesTheTokenUsable() throws Exception {
        ObjectNode created = create(SigningRequests.pem(SigningRequests.keys()));
        Path blocked = Files.createDirectory(directory.resolve("registry.json.next"));

        assertRefused(() -> register(created, "SN-1"), 500, "InternalFailure");
        Files.delete(blocked);
        assertThat(register(created, "SN-1").path("thingName").asText()).isEqualTo("truck-7");
    }

    private ObjectNode create(String pem) throws RequestRefused {
        return provisioning.create(JsonMembers.MAPPER.createObjectNode().put("certificateSigningRequest", pem).toString().getBytes(UTF_8));
    }

    private ObjectNode register(ObjectNode created, String serial) throws RequestRefused {
        return provisioning.register(CLAIMANT, "device", request(created, serial));
    }

    private static byte[] request(ObjectNode created, String serial) {
        return "{\"certificateOwnershipToken\":\"%s\",\"parameters\":{\"SerialNumber\":\"%s\"}}"
                .formatted(created.path("certificateOwnershipToken").asText(), serial).getBytes(UTF_8);
    }

    private static X509Certificate certificate(ObjectNode created) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(created.path("certificatePem").asText().getBytes(UTF_8)));
    }

    private static void assertRefused(ThrowingCallable request, int statusCode, String errorCode) {
        assertThatThrownBy(request).isInstanceOfSatisfying(RequestRefused.class, refused -> {
            assertThat(refused.statusCode()).isEqualTo(statusCode);
            assertThat(refused.errorCode()).isEqualTo(errorCode);
        });
    }
}
