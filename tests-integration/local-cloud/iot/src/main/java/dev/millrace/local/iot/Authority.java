package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers whether the holder of a certificate may do something: identity from the registry, permission from
/// the policies attached to the certificate. The registry is asked each time, so a change takes effect at once.
final class Authority {
    private final String region;
    private final String account;
    private final Registry registry;
    private final Map<String, Policy> policies = new LinkedHashMap<>();

    Authority(String region, String account, Registry registry, List<Policy> policies) {
        this.region = requireNonNull(region, "region is null");
        this.account = requireNonNull(account, "account is null");
        this.registry = requireNonNull(registry, "registry is null");
        for (Policy policy : policies) {
            this.policies.put(policy.name(), policy);
        }
    }

    /// Whether the certificate is registered and active.
    boolean knows(String certificateId) {
        return active(certificateId).isPresent();
    }

    boolean allows(String certificateId, String clientId, Operation operation, String target) {
        Optional<Registry.Entry> entry = active(certificateId);
        if (entry.isEmpty()) {
            return false;
        }
        // a policy that a registry of an earlier start names may be gone: then it allows nothing
        List<Policy> attached = entry.get().policies().stream().filter(policies::containsKey).map(policies::get).toList();
        var caller = new Caller(clientId, entry.get().things());
        return Policy.allow(attached, caller, operation.action(), operation.resource(region, account, target));
    }

    private Optional<Registry.Entry> active(String certificateId) {
        return registry.ofCertificate(certificateId).filter(entry -> entry.status() == Registry.Status.ACTIVE);
    }
}
