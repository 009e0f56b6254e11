package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.cost.Fleet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Quotas of AWS IoT Core that a fleet meets (AWS General Reference, AWS IoT Core endpoints and quotas).
///
/// @param calls by which Service Quotas is asked
record IotQuotas(AwsCalls calls) {
    private static final String CONNECTIONS = "Maximum concurrent client connections per account";
    private static final String CONNECTS = "Connect requests per second per account";
    private static final String PUBLISHES = "Inbound publish requests per second per account";
    private static final String RULES = "Rule evaluations per second per AWS account";
    /// In these regions the defaults are a tenth and less.
    private static final Set<String> SMALL = Set.of("eu-north-1", "eu-west-3", "eu-south-2", "me-south-1", "me-central-1", "ap-east-1", "ap-southeast-5",
            "us-west-1", "ca-central-1", "us-gov-west-1", "us-gov-east-1", "cn-northwest-1");
    private static final double ROOM = 0.8;

    /// What is known of the quotas.
    ///
    /// @param source in words
    private record Known(Map<String, Double> values, String source, Optional<CallFailed> failure) {
        double of(String name) {
            return values.get(name.toLowerCase(Locale.ROOT));
        }
    }

    List<Finding> findings(Optional<Fleet> load) {
        Known known = known();
        if (load.isEmpty()) {
            return List.of(Finding.ok("iot quotas", "%,.0f connections, %,.0f publishes and %,.0f rule evaluations a second (%s); no load was named to hold against them: --things N".formatted(known.of(CONNECTIONS), known.of(PUBLISHES), known.of(RULES), known.source())));
        }
        Fleet fleet = load.get();
        double packs = fleet.things() / fleet.intervalSeconds() / fleet.pack();
        List<Finding> findings = new ArrayList<>();
        findings.add(compared(known, CONNECTIONS, (double) fleet.things(), "connections", "ask for more"));
        findings.add(compared(known, PUBLISHES, packs, "publishes a second", "ask for more, or larger packs"));
        findings.add(compared(known, RULES, packs, "rule evaluations a second", "ask for more, or larger packs"));
        findings.add(Finding.ok("iot quotas", "after an outage the whole fleet is connected again in %,.0f s at the soonest, at %,.0f connects a second".formatted(Math.ceil(fleet.things() / known.of(CONNECTS)), known.of(CONNECTS))));
        known.failure().filter(failure -> !failure.isNotSimulated()).ifPresent(failure -> findings.add(Finding.unasked("iot quotas", failure,
                "aws service-quotas list-service-quotas --service-code iotcore; the defaults were taken")));
        return findings;
    }

    private static Finding compared(Known known, String quota, double needed, String unit, String advice) {
        double value = known.of(quota);
        String found = "%,.0f %s are needed, %,.0f allowed (%s)".formatted(Math.ceil(needed), unit, value, known.source());
        if (needed > value) {
            return Finding.fail("iot quotas", found, "%s: Service Quotas, AWS IoT Core, %s".formatted(advice, quota));
        }
        return needed > ROOM * value ? Finding.warn("iot quotas", found, "little room: " + advice) : Finding.ok("iot quotas", found);
    }

    private Known known() {
        Map<String, Double> values = new LinkedHashMap<>(defaults());
        ObjectNode body = new ObjectMapper().createObjectNode().put("ServiceCode", "iotcore").put("MaxResults", 100);
        int applied = 0;
        try {
            String next;
            do {
                JsonNode page = calls.json(AwsService.SERVICE_QUOTAS, "1.1", "ServiceQuotasV20190624", "ListServiceQuotas", body.toString()).json();
                for (JsonNode quota : page.path("Quotas")) {
                    if (values.replace(quota.path("QuotaName").asText().toLowerCase(Locale.ROOT), quota.path("Value").asDouble()) != null) {
                        applied++;
                    }
                }
                next = page.path("NextToken").asText();
                body.put("NextToken", next);
            } while (!next.isEmpty());
            return new Known(values, applied == values.size() ? "by Service Quotas" : "%d of %d by Service Quotas, else the region's defaults".formatted(applied, values.size()), Optional.empty());
        } catch (CallFailed e) {
            return new Known(values, "the region's defaults", Optional.of(e));
        }
    }

    private Map<String, Double> defaults() {
        boolean isSmall = SMALL.contains(calls.region());
        Map<String, Double> defaults = new LinkedHashMap<>();
        defaults.put(CONNECTIONS.toLowerCase(Locale.ROOT), isSmall ? 100_000.0 : 500_000.0);
        defaults.put(CONNECTS.toLowerCase(Locale.ROOT), isSmall ? 100.0 : 3_000.0);
        defaults.put(PUBLISHES.toLowerCase(Locale.ROOT), isSmall ? 2_000.0 : 20_000.0);
        defaults.put(RULES.toLowerCase(Locale.ROOT), isSmall ? 2_000.0 : 20_000.0);
        return defaults;
    }
}
