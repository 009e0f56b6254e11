package dev.millrace.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;

/// Whether the account has what a deployment stands on.
final class AccountChecks {
    private static final String TIMESTREAM_TARGET = "Timestream_20181101";
    private static final String WITHOUT = "deploy without a hot store: -c hotStore=none (docs/configuration.md)";
    /// From these CloudFormation does not update a stack.
    private static final Set<String> STUCK = Set.of("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED");

    private final AwsCalls calls;
    private final Assembly assembly;
    private final Doctor.Caller caller;
    private final List<Finding> findings = new ArrayList<>();

    AccountChecks(AwsCalls calls, Assembly assembly, Doctor.Caller caller) {
        this.calls = calls;
        this.assembly = assembly;
        this.caller = caller;
    }

    List<Finding> findings() {
        findings.add(bootstrap());
        boolean isNew = stacks();
        if (assembly.has("AWS::Timestream::Database")) {
            findings.add(timestream());
        }
        if (isNew) {
            namesThatAreTaken();
        }
        findings.add(iotEndpoint());
        return findings;
    }

    private Finding bootstrap() {
        String advice = "(cd cdk && npm ci --ignore-scripts && npx cdk bootstrap aws://%s/%s)".formatted(caller.account(), calls.region());
        try {
            String body = json(Map.of("Name", assembly.bootstrapParameter()));
            String version = calls.json(AwsService.SSM, "1.1", "AmazonSSM", "GetParameter", body).json().path("Parameter").path("Value").asText();
            if (!version.matches("[0-9]{1,6}")) {
                return Finding.fail("bootstrap", "%s is no version: '%s'".formatted(assembly.bootstrapParameter(), version), advice);
            }
            return Integer.parseInt(version) < assembly.bootstrapVersion()
                    ? Finding.fail("bootstrap", "version %s, at least %d is needed".formatted(version, assembly.bootstrapVersion()), advice)
                    : Finding.ok("bootstrap", "version %s, at least %d is needed".formatted(version, assembly.bootstrapVersion()));
        } catch (CallFailed e) {
            return e.isOf("ParameterNotFound")
                    ? Finding.fail("bootstrap", "the CDK has not been bootstrapped in this account and region", advice)
                    : Finding.unasked("bootstrap", e, "look for the stack CDKToolkit");
        }
    }

    /// @return whether it is known that the state stack is not there
    private boolean stacks() {
        boolean isNew = false;
        for (Assembly.Stack stack : assembly.stacks()) {
            try {
                Optional<DeployedStacks.Deployed> deployed = new DeployedStacks(calls).find(stack.name());
                isNew |= deployed.isEmpty() && stack.equals(assembly.state());
                findings.add(deployed.map(there -> stack(stack.name(), there.status())).orElseGet(() -> Finding.ok("stack", "%s: will be new".formatted(stack.name()))));
            } catch (CallFailed e) {
                findings.add(Finding.unasked("stack", e, "look at %s in CloudFormation".formatted(stack.name())));
            }
        }
        return isNew;
    }

    private static Finding stack(String name, String status) {
        if (STUCK.contains(status)) {
            return Finding.fail("stack", "%s is %s".formatted(name, status), status.startsWith("UPDATE")
                    ? "aws cloudformation continue-update-rollback --stack-name " + name
                    : "aws cloudformation delete-stack --stack-name " + name);
        }
        return status.endsWith("_IN_PROGRESS") && !status.equals("REVIEW_IN_PROGRESS")
                ? Finding.fail("stack", "%s is %s".formatted(name, status), "somebody deploys at this moment: wait")
                : Finding.ok("stack", "%s: %s, will be updated".formatted(name, status));
    }

    private Finding timestream() {
        List<Region> regions = TimestreamQueryClient.serviceMetadata().regions();
        if (regions.stream().noneMatch(region -> region.id().equals(calls.region()))) {
            return Finding.fail("timestream", "Timestream for LiveAnalytics is not in %s, only in %s".formatted(calls.region(),
                    regions.stream().map(Region::id).sorted().collect(Collectors.joining(", "))), WITHOUT);
        }
        try {
            calls.json(AwsService.TIMESTREAM_WRITE, "1.0", TIMESTREAM_TARGET, "DescribeEndpoints", "{}");
            return Finding.ok("timestream", "Timestream for LiveAnalytics is open to this account");
        } catch (CallFailed e) {
            // what AWS answers a customer that came after 2025-06-20; any other denial is of the caller's own rights
            if (e.says("Only existing Timestream for LiveAnalytics customers")) {
                return Finding.fail("timestream", "Timestream for LiveAnalytics is closed to accounts that have not used it before 2025-06-20, and to this one", WITHOUT);
            }
            return Finding.unasked("timestream", e, "aws timestream-write describe-endpoints; if it is refused, " + WITHOUT);
        }
    }

    /// An earlier deployment of this environment leaves databases, whose names are fixed.
    private void namesThatAreTaken() {
        assembly.properties("AWS::Glue::Database").map(glue -> glue.path("DatabaseInput").path("Name")).filter(name -> name.isTextual()).forEach(name -> {
            String database = name.textValue();
            try {
                calls.json(AwsService.GLUE, "1.1", "AWSGlue", "GetDatabase", json(Map.of("Name", database)));
                findings.add(Finding.fail("names", "a Glue database %s is left from an earlier deployment, and %s would make it anew".formatted(database, assembly.state().name()),
                        "import it (docs/deploy.md), choose another -c environment, or aws glue delete-database --name " + database));
            } catch (CallFailed e) {
                findings.add(e.isOf("EntityNotFoundException")
                        ? Finding.ok("names", "no Glue database %s is in the way".formatted(database))
                        : Finding.unasked("names", e, "aws glue get-database --name %s: it must not be there".formatted(database)));
            }
        });
    }

    private Finding iotEndpoint() {
        try {
            return Finding.ok("iot endpoint", calls.get(AwsService.IOT, "DescribeEndpoint", "/endpoint", Map.of("endpointType", "iot:Data-ATS")).json().path("endpointAddress").asText());
        } catch (CallFailed e) {
            return Finding.unasked("iot endpoint", e, "aws iot describe-endpoint --endpoint-type iot:Data-ATS");
        }
    }

    private static String json(Map<String, String> members) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        members.forEach(node::put);
        return node.toString();
    }
}
