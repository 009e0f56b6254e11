package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.events.Names;
import dev.millrace.local.iam.RoleRights;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A fleet provisioning template, read from `AWS::IoT::ProvisioningTemplate` ("Provisioning templates"): one thing, one
/// certificate, one policy. Of its functions `Ref` is simulated. Attributes of a thing are read, but nothing here acts
/// upon them. What else is not simulated is refused when the template is loaded.
///
/// @param parameters with their defaults; empty text for none
/// @param hook       ARN of the function to ask
/// @param role       under which devices are registered
record ProvisioningTemplate(String name, String hook, RoleRights role, Map<String, String> parameters, Value thing, Value policy, Registry.Status status,
        Map<String, Value> deviceConfiguration) {
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z_-]{1,36}");
    private static final int BODY_CHARACTERS_MAX = 10_240;
    private static final String CERTIFICATE_ID = "AWS::IoT::Certificate::Id";
    private static final String DO_NOTHING = "DO_NOTHING";

    /// A text, or what a parameter says.
    sealed interface Value {
        record Text(String text) implements Value {}

        record Ref(String parameter) implements Value {}
    }

    /// What the template makes of a device.
    record Registration(String thing, String policy, Registry.Status status, Map<String, String> deviceConfiguration) {
    }

    ProvisioningTemplate {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("template name must match %s: %s".formatted(NAME, Names.shown(name)));
        }
        requireNonNull(hook, "hook is null");
        requireNonNull(role, "role is null");
        parameters = Map.copyOf(parameters);
        deviceConfiguration = Map.copyOf(deviceConfiguration);
    }

    /// @throws IllegalArgumentException naming the template and the element that is wrong or not simulated
    static ProvisioningTemplate parse(JsonMembers template) {
        template.only("name", "body", "hook", "role");
        String name = template.text("name");
        String text = template.text("body");
        if (text.length() > BODY_CHARACTERS_MAX) {
            throw new IllegalArgumentException("%s: a template has at most %d characters, has %d".formatted(template.at("body"), BODY_CHARACTERS_MAX, text.length()));
        }
        JsonMembers body = JsonMembers.parse("template " + name, text).only("Parameters", "Resources", "DeviceConfiguration");
        Map<String, String> parameters = parameters(body.object("Parameters"));
        JsonMembers resources = body.object("Resources");
        JsonMembers certificate = properties(resources, "AWS::IoT::Certificate").only("CertificateId", "Status");
        if (!value(certificate, "CertificateId", parameters).equals(new Value.Ref(CERTIFICATE_ID))) {
            throw new IllegalArgumentException("%s: expected a Ref to %s".formatted(certificate.at("CertificateId"), CERTIFICATE_ID));
        }
        JsonMembers policy = properties(resources, "AWS::IoT::Policy").only("PolicyName");
        JsonMembers thing = properties(resources, "AWS::IoT::Thing").only("ThingName", "AttributePayload");
        if (thing.has("AttributePayload")) {
            JsonMembers attributes = thing.object("AttributePayload");
            attributes.node().fieldNames().forEachRemaining(attribute -> value(attributes, attribute, parameters));
        }
        if (resources.node().size() != 3) {
            throw new IllegalArgumentException("%s: expected one certificate, one policy and one thing, has %d resources".formatted(resources.where(), resources.node().size()));
        }
        Map<String, Value> configuration = new LinkedHashMap<>();
        if (body.has("DeviceConfiguration")) {
            JsonMembers of = body.object("DeviceConfiguration");
            of.node().fieldNames().forEachRemaining(member -> configuration.put(member, value(of, member, parameters)));
        }
        return new ProvisioningTemplate(name, template.text("hook"), RoleRights.parse(template.object("role").node()), parameters, value(thing, "ThingName", parameters), value(policy, "PolicyName", parameters),
                Registry.status(certificate.at("Status"), certificate.text("Status")), configuration);
    }

    private static Map<String, String> parameters(JsonMembers declared) {
        Map<String, String> parameters = new HashMap<>();
        declared.node().fieldNames().forEachRemaining(name -> {
            JsonMembers parameter = declared.object(name).only("Type", "Default");
            if (!parameter.text("Type").equals("String")) {
                throw new IllegalArgumentException("%s: expected String, is %s".formatted(parameter.at("Type"), parameter.text("Type")));
            }
            parameters.put(name, parameter.has("Default") ? parameter.text("Default") : "");
        });
        return parameters;
    }

    /// The properties of the only resource of a type.
    private static JsonMembers properties(JsonMembers resources, String type) {
        Optional<JsonMembers> found = Optional.empty();
        for (Map.Entry<String, JsonNode> resource : resources.node().properties()) {
            JsonMembers members = resources.object(resource.getKey()).only("Type", "Properties", "OverrideSettings");
            if (members.text("Type").equals(type)) {
                if (found.isPresent()) {
                    throw new IllegalArgumentException("%s: a second %s is not simulated".formatted(members.where(), type));
                }
                found = Optional.of(members);
            }
        }
        JsonMembers resource = found.orElseThrow(() -> new IllegalArgumentException("%s: no %s".formatted(resources.where(), type)));
        if (resource.has("OverrideSettings")) {
            requireHarmless(resource.object("OverrideSettings"));
        }
        return resource.object("Properties");
    }

    /// A thing that is there keeps its type and groups; attributes play no role here.
    private static void requireHarmless(JsonMembers settings) {
        settings.only("AttributePayload", "ThingTypeName", "ThingGroups");
        for (String setting : Set.of("ThingTypeName", "ThingGroups")) {
            if (settings.has(setting) && !settings.text(setting).equals(DO_NOTHING)) {
                throw new IllegalArgumentException("%s: only %s is simulated, is %s".formatted(settings.at(setting), DO_NOTHING, settings.text(setting)));
            }
        }
    }

    private static Value value(JsonMembers members, String name, Map<String, String> parameters) {
        if (!members.node().path(name).isObject()) {
            return new Value.Text(members.text(name));
        }
        String parameter = members.object(name).only("Ref").text("Ref");
        if (!parameters.containsKey(parameter)) {
            throw new IllegalArgumentException("%s: Ref to %s, which is no parameter; there are %s"
                    .formatted(members.at(name), Names.shown(parameter), new TreeSet<>(parameters.keySet())));
        }
        return new Value.Ref(parameter);
    }

    /// @param given from the device, and over it from the function
    /// @throws RequestRefused if a parameter is not declared, or one without a default is missing
    Registration apply(Map<String, String> given, String certificateId) throws RequestRefused {
        Map<String, String> values = new HashMap<>(parameters);
        for (Map.Entry<String, String> parameter : given.entrySet()) {
            if (!parameters.containsKey(parameter.getKey()) || parameter.getKey().equals(CERTIFICATE_ID)) {
                throw RequestRefused.invalid("InvalidParameters", "the template has no parameter " + Names.shown(parameter.getKey()));
            }
            values.put(parameter.getKey(), parameter.getValue());
        }
        values.put(CERTIFICATE_ID, certificateId);
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (value.getValue().isEmpty()) {
                throw RequestRefused.invalid("InvalidParameters", "the parameter %s is missing".formatted(value.getKey()));
            }
        }
        Map<String, String> configuration = new LinkedHashMap<>();
        deviceConfiguration.forEach((member, value) -> configuration.put(member, resolved(value, values)));
        try {
            return new Registration(Names.requireThing(resolved(thing, values)), resolved(policy, values), status, configuration);
        } catch (IllegalArgumentException e) {
            throw RequestRefused.invalid("InvalidParameters", e.getMessage());
        }
    }

    private static String resolved(Value value, Map<String, String> values) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Ref(String parameter) -> values.get(parameter);
        };
    }
}
