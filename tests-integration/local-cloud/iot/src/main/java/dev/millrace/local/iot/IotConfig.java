package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What the process is told when it starts.
///
/// @param port        of MQTT over TLS on 127.0.0.1; 0 for any free one
/// @param awsEndpoint where the actions of the rules find Kinesis and S3
/// @param directory   certificates, registry and the broker's files; what is there is used again
record IotConfig(int port, String region, String account, URI awsEndpoint, Path directory,
                 List<Policy> policies, List<TopicRule> rules, List<ProvisioningTemplate> templates, Fleet fleet) {
    /// Things that must be in the registry when the process serves.
    ///
    /// @param policy name of the policy that is attached to each certificate; empty if there are no things
    record Fleet(List<String> things, String policy) {
        Fleet {
            things = List.copyOf(things);
            requireNonNull(policy, "policy is null");
            things.forEach(Names::requireThing);
            requireDistinct("thing", things);
        }
    }

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    IotConfig {
        requireNonNull(directory, "directory is null");
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("region: expected a region such as eu-west-1, is " + Names.shown(region));
        }
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException("account: expected 12 digits, is " + Names.shown(account));
        }
        if (awsEndpoint.getHost() == null || !Set.of("http", "https").contains(String.valueOf(awsEndpoint.getScheme()))) {
            throw new IllegalArgumentException("awsEndpoint: expected http(s)://host:port, is " + Names.shown(awsEndpoint.toString()));
        }
        policies = List.copyOf(policies);
        rules = List.copyOf(rules);
        requireDistinct("policy", policies.stream().map(Policy::name).toList());
        requireDistinct("rule", rules.stream().map(TopicRule::name).toList());
        templates = List.copyOf(templates);
        requireDistinct("template", templates.stream().map(ProvisioningTemplate::name).toList());
        for (ProvisioningTemplate template : templates) {
            if (template.policy() instanceof ProvisioningTemplate.Value.Text(String policy)) {
                requirePolicy("template " + template.name(), policies, policy);
            }
        }
        if (!fleet.things().isEmpty()) {
            requirePolicy("fleet.policy", policies, fleet.policy());
        }
    }

    /// @throws IllegalArgumentException naming the member that is missing or wrong
    static IotConfig parse(String json) {
        JsonMembers members = JsonMembers.parse("config", json)
                .only("port", "region", "account", "awsEndpoint", "directory", "policies", "rules", "templates", "fleet");
        return new IotConfig(
                members.integer("port", 0, 65_535),
                members.text("region"),
                members.text("account"),
                endpoint(members),
                Path.of(members.text("directory")),
                members.objects("policies").stream().map(IotConfig::policy).toList(),
                members.objects("rules").stream().map(IotConfig::rule).toList(),
                members.has("templates") ? members.objects("templates").stream().map(ProvisioningTemplate::parse).toList() : List.of(),
                members.has("fleet") ? fleet(members.object("fleet")) : new Fleet(List.of(), ""));
    }

    private static URI endpoint(JsonMembers members) {
        try {
            return URI.create(members.text("awsEndpoint"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(members.at("awsEndpoint") + ": " + e.getMessage(), e);
        }
    }

    private static Policy policy(JsonMembers members) {
        members.only("name", "document");
        return Policy.parse(members.text("name"), members.node().get("document"));
    }

    private static TopicRule rule(JsonMembers members) {
        members.only("name", "payload");
        return TopicRule.parse(members.text("name"), members.node().get("payload"));
    }

    /// Also the body of `PUT /things`.
    static Fleet fleet(JsonMembers members) {
        members.only("things", "policy");
        List<String> things = members.texts("things");
        return new Fleet(things, things.isEmpty() && !members.has("policy") ? "" : members.text("policy"));
    }

    static void requirePolicy(String where, List<Policy> policies, String name) {
        List<String> names = policies.stream().map(Policy::name).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("%s: no policy is named %s; there are %s".formatted(where, Names.shown(name), names));
        }
    }

    private static void requireDistinct(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("%s %s stands twice".formatted(what, Names.shown(name)));
            }
        }
    }
}
