package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.cost.CostModel;
import dev.millrace.cost.Fleet;
import dev.millrace.cost.Flow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether what is configured fits into the account's quotas, and whether it carries the load.
final class QuotaChecks {
    /// With which a stream on demand begins (Kinesis developer guide, on-demand mode).
    private static final int ON_DEMAND_SHARDS = 4;

    private final AwsCalls calls;
    private final Assembly assembly;
    private final Optional<Fleet> load;
    private final Path cdkJson;
    private final List<Finding> findings = new ArrayList<>();

    /// @param load    that is to be carried; empty if nobody said
    /// @param cdkJson from which a model of the load takes what the load does not depend on
    QuotaChecks(AwsCalls calls, Assembly assembly, Optional<Fleet> load, Path cdkJson) {
        this.calls = calls;
        this.assembly = assembly;
        this.load = load;
        this.cdkJson = cdkJson;
    }

    List<Finding> findings() {
        JsonNode stream = assembly.properties("AWS::Kinesis::Stream").findFirst().orElseThrow(() -> new IllegalArgumentException("no stream in " + assembly.directory()));
        boolean isOnDemand = stream.path("StreamModeDetails").path("StreamMode").asText().equals("ON_DEMAND");
        int needed = load.map(this::shardsFor).orElse(0);
        int shards = isOnDemand ? Math.max(ON_DEMAND_SHARDS, needed) : stream.path("ShardCount").asInt();
        if (needed > shards) {
            findings.add(Finding.fail("shards", "%d in the template, the load needs %d at 70 %% of their quotas".formatted(shards, needed),
                    "-c shards=%d, or -c streamMode=on-demand, or larger packs".formatted(needed)));
        } else if (load.isPresent()) {
            findings.add(Finding.ok("shards", "%s, the load needs %d at 70 %% of their quotas".formatted(isOnDemand ? "on demand" : shards, needed)));
        }
        findings.add(kinesis(isOnDemand, shards));
        findings.add(lambda(shards));
        findings.addAll(new IotQuotas(calls).findings(load));
        return findings;
    }

    private int shardsFor(Fleet fleet) {
        try {
            return new CostModel(fleet, Flow.of(cdkJson, Flow.Durations.DEFAULT).withShards(1)).shards();
        } catch (IOException e) {
            throw new UncheckedIOException(cdkJson.toString(), e);
        }
    }

    private Finding kinesis(boolean isOnDemand, int shards) {
        try {
            JsonNode limits = calls.json(AwsService.KINESIS, "1.1", "Kinesis_20131202", "DescribeLimits", "{}").json();
            if (isOnDemand) {
                int max = limits.path("OnDemandStreamCountLimit").asInt();
                int open = limits.path("OnDemandStreamCount").asInt();
                String found = "%d of %d streams on demand are there".formatted(open, max);
                return open < max || deployedShards() > 0 ? Finding.ok("kinesis", found)
                        : Finding.fail("kinesis", found, "-c streamMode=provisioned, or ask for more: Service Quotas, Kinesis, on-demand streams");
            }
            int max = limits.path("ShardLimit").asInt();
            int open = limits.path("OpenShardCount").asInt();
            // an update does not take again what is there already
            int more = shards - deployedShards();
            String found = "%d of %d shards are open, %d more are needed".formatted(open, max, Math.max(0, more));
            return open + more <= max ? Finding.ok("kinesis", found)
                    : Finding.fail("kinesis", found, "ask for %d: Service Quotas, Kinesis, shards per Region".formatted(open + more));
        } catch (CallFailed e) {
            return Finding.unasked("kinesis", e, "aws kinesis describe-limits: %d shards must fit".formatted(shards));
        }
    }

    /// Of our own stream, if it is there and can be asked.
    private int deployedShards() {
        try {
            Map<String, String> names = new DeployedStacks(calls).names(assembly.state().name());
            for (Map.Entry<String, JsonNode> resource : assembly.state().resources()) {
                if (resource.getValue().path("Type").asText().equals("AWS::Kinesis::Stream") && names.containsKey(resource.getKey())) {
                    ObjectNode body = new ObjectMapper().createObjectNode().put("StreamName", names.get(resource.getKey()));
                    return calls.json(AwsService.KINESIS, "1.1", "Kinesis_20131202", "DescribeStreamSummary", body.toString()).json()
                            .path("StreamDescriptionSummary").path("OpenShardCount").asInt();
                }
            }
            return 0;
        } catch (CallFailed e) {
            // not there, or not to be asked: as if it were new
            return 0;
        }
    }

    /// Every shard of every mapping keeps an environment busy, and every other function may take one.
    private Finding lambda(int shards) {
        int busy = assembly.properties("AWS::Lambda::EventSourceMapping").mapToInt(mapping -> shards * Math.max(1, mapping.path("ParallelizationFactor").asInt())).sum();
        int mapped = (int) assembly.properties("AWS::Lambda::EventSourceMapping").count();
        int environments = busy + (int) assembly.properties("AWS::Lambda::Function").count() - mapped;
        try {
            JsonNode limit = calls.get(AwsService.LAMBDA, "GetAccountSettings", "/2016-08-19/account-settings", Map.of()).json().path("AccountLimit");
            int free = limit.path("UnreservedConcurrentExecutions").asInt();
            String found = "%d of %d concurrent executions are not reserved, up to %d are needed".formatted(free, limit.path("ConcurrentExecutions").asInt(), environments);
            return environments <= free ? Finding.ok("lambda", found)
                    // new accounts begin with 10
                    : Finding.fail("lambda", found, "ask for more: Service Quotas, AWS Lambda, Concurrent executions");
        } catch (CallFailed e) {
            return Finding.unasked("lambda", e, "aws lambda get-account-settings: %d concurrent executions must be free".formatted(environments));
        }
    }
}
