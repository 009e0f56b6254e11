package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.iam.RoleRights;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fleet provisioning: signs what devices ask to have signed, and registers them by a template if its function lets them.
/// A certificate that was signed is nothing before it is registered, and is forgotten with its token. Which error codes AWS
/// uses is documented for few of the cases, see docs/verify-on-aws.md.
final class Provisioning {
    /// AWS IoT: the certificate ownership token.
    static final Duration TOKEN_LIVES = Duration.ofHours(1);
    /// AWS IoT, quotas of fleet provisioning: requests in a second and account.
    private static final int CREATE_PER_SECOND_MAX = 20;
    private static final int REGISTER_PER_SECOND_MAX = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

    private record Pending(X509Certificate certificate, Instant expiresAt) {}

    private final String arnPrefix;
    private final Map<String, ProvisioningTemplate> templates = new HashMap<>();
    private final CertificateAuthority authority;
    private final Registry registry;
    private final ProvisioningHook hook;
    private final InstantSource clock;
    private final Supplier<UUID> uuids;
    private final RateWindow creates;
    private final RateWindow registers;
    /// By token, the eldest first. Their number is bounded by the rate and the life of a token.
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    Provisioning(String region, String account, List<ProvisioningTemplate> templates, CertificateAuthority authority, Registry registry, ProvisioningHook hook,
            InstantSource clock, Supplier<UUID> uuids) {
        this.arnPrefix = "arn:aws:iot:" + region + ":" + account + ":";
        templates.forEach(template -> this.templates.put(template.name(), template));
        this.authority = requireNonNull(authority, "authority is null");
        this.registry = requireNonNull(registry, "registry is null");
        this.hook = requireNonNull(hook, "hook is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.uuids = requireNonNull(uuids, "uuids is null");
        this.creates = new RateWindow(CREATE_PER_SECOND_MAX, Duration.ofSeconds(1), clock);
        this.registers = new RateWindow(REGISTER_PER_SECOND_MAX, Duration.ofSeconds(1), clock);
    }

    /// Signs a request for a certificate.
    ///
    /// @return `certificateId`, `certificatePem`, `certificateOwnershipToken`
    ObjectNode create(byte[] payload) throws RequestRefused {
        requireRate(creates);
        X509Certificate certificate = signed(members(payload).path("certificateSigningRequest").asText());
        String token = uuids.get().toString();
        synchronized (pending) {
            pending.values().removeIf(other -> other.expiresAt().isBefore(clock.instant()));
            pending.put(token, new Pending(certificate, clock.instant().plus(TOKEN_LIVES)));
        }
        return JsonMembers.MAPPER.createObjectNode()
                .put("certificateId", CertificateAuthority.certificateId(certificate))
                .put("certificatePem", pem(certificate))
                .put("certificateOwnershipToken", token);
    }

    /// Registers a thing with the certificate of a token. The token is used up when the thing is registered, not before.
    ///
    /// @return `thingName`, `deviceConfiguration`
    ObjectNode register(ProvisioningDesk.Asker asker, String templateName, byte[] payload) throws RequestRefused {
        requireRate(registers);
        JsonNode request = members(payload);
        ProvisioningTemplate template = templates.get(templateName);
        if (template == null) {
            throw new RequestRefused(404, "ResourceNotFound", "no such provisioning template");
        }
        String token = request.path("certificateOwnershipToken").asText();
        X509Certificate certificate = certificateOf(token);
        String certificateId = CertificateAuthority.certificateId(certificate);
        Map<String, String> parameters = texts("parameters", request.path("parameters"));
        parameters.putAll(overrides(template, asker, certificate, parameters));
        ProvisioningTemplate.Registration registration = template.apply(parameters, certificateId);
        requireRights(template.role(), registration.thing(), certificateId);
        try {
            registry.put(List.of(new Registry.Entry(registration.thing(), certificateId, List.of(registration.policy()), registration.status())));
        } catch (IOException e) {
            LOG.error("thing {} could not be registered", registration.thing(), e);
            throw new RequestRefused(500, "InternalFailure", "the registry cannot be written");
        }
        synchronized (pending) {
            pending.remove(token);
        }
        LOG.info("thing {} has certificate {} by template {}", registration.thing(), certificateId, templateName);
        ObjectNode answer = JsonMembers.MAPPER.createObjectNode().put("thingName", registration.thing());
        registration.deviceConfiguration().forEach(answer.putObject("deviceConfiguration")::put);
        return answer;
    }

    /// What AWS IoT does under the template's role to make this thing, certificate and policy belong together (AWS IoT, "Actions,
    /// resources, and condition keys"). Which error a device sees without one of these rights is not documented.
    private void requireRights(RoleRights role, String thing, String certificateId) throws RequestRefused {
        String ofThing = arnOf("thing/" + thing);
        String ofCertificate = arnOf("cert/" + certificateId);
        requireRight(role, "iot:DescribeThing", ofThing);
        requireRight(role, registry.ofThing(thing).isPresent() ? "iot:UpdateThing" : "iot:CreateThing", ofThing);
        requireRight(role, "iot:DescribeCertificate", ofCertificate);
        requireRight(role, "iot:UpdateCertificate", ofCertificate);
        requireRight(role, "iot:AttachPolicy", ofCertificate);
        requireRight(role, "iot:AttachThingPrincipal", "*");
    }

    private static void requireRight(RoleRights role, String action, String resource) throws RequestRefused {
        Optional<String> denial = role.denial(action, resource);
        if (denial.isPresent()) {
            LOG.error("no device can be registered: {}", denial.get());
            throw denied();
        }
    }

    private static void requireRate(RateWindow window) throws RequestRefused {
        if (!window.tryTake()) {
            throw new RequestRefused(429, "ThrottlingException", "rate exceeded");
        }
    }

    private static JsonNode members(byte[] payload) throws RequestRefused {
        try {
            return JsonMembers.parse("payload", new String(payload, StandardCharsets.UTF_8)).node();
        } catch (IllegalArgumentException e) {
            throw RequestRefused.invalid("InvalidPayload", e.getMessage());
        }
    }

    private X509Certificate signed(String pem) throws RequestRefused {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (parser.readObject() instanceof PKCS10CertificationRequest request) {
                return authority.sign(request);
            }
            throw RequestRefused.invalid("InvalidCertificateSigningRequest", "certificateSigningRequest is no PEM of a signing request");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // what Bouncy Castle throws on broken DER is not only what it declares
            throw RequestRefused.invalid("InvalidCertificateSigningRequest", "certificateSigningRequest: " + e.getMessage());
        }
    }

    private X509Certificate certificateOf(String token) throws RequestRefused {
        if (token.isEmpty()) {
            throw RequestRefused.invalid("InvalidCertificateOwnershipToken", "Certificate ownership token cannot be empty.");
        }
        synchronized (pending) {
            Pending found = pending.get(token);
            if (found == null || found.expiresAt().isBefore(clock.instant())) {
                throw RequestRefused.invalid("InvalidCertificateOwnershipToken", "the certificate ownership token is unknown, used or expired");
            }
            return found.certificate();
        }
    }

    /// Asks the function; only a plain yes is one ("Pre-provisioning hooks").
    private Map<String, String> overrides(ProvisioningTemplate template, ProvisioningDesk.Asker asker, X509Certificate certificate, Map<String, String> parameters)
            throws RequestRefused {
        ObjectNode event = JsonMembers.MAPPER.createObjectNode()
                .put("claimCertificateId", asker.certificateId())
                .put("certificateId", CertificateAuthority.certificateId(certificate))
                .put("certificatePem", pem(certificate))
                .put("templateArn", arnOf("provisioningtemplate/" + template.name()))
                .put("clientId", asker.clientId());
        parameters.forEach(event.putObject("parameters")::put);
        JsonNode answer;
        try {
            answer = JsonMembers.MAPPER.readTree(hook.ask(template.hook(), event.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (ActionFailed | IOException e) {
            LOG.error("function {} gave no decision on client {}", template.hook(), asker.clientId(), e);
            throw denied();
        }
        JsonNode allowed = answer.path("allowProvisioning");
        if (!allowed.isBoolean() || !allowed.booleanValue()) {
            throw denied();
        }
        return texts("parameterOverrides", answer.path("parameterOverrides"));
    }

    private String arnOf(String resource) {
        return arnPrefix + resource;
    }

    private static RequestRefused denied() {
        return new RequestRefused(403, "AccessDenied", "Access Denied");
    }

    private static Map<String, String> texts(String what, JsonNode node) throws RequestRefused {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!member.getValue().isTextual()) {
                throw RequestRefused.invalid("InvalidParameters", "%s.%s must be text".formatted(what, member.getKey()));
            }
            texts.put(member.getKey(), member.getValue().textValue());
        }
        return texts;
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.text(certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was signed has no DER form", e);
        }
    }
}
