package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awscdk.App;
import software.amazon.awscdk.PolicyViolatingResource;
import software.amazon.awscdk.PolicyViolation;

/// The rules of cdk-nag's pack AwsSolutions, and why we break some of them at some resources.
///
/// The explanations are not given to the CDK as acknowledgments: it takes no id that holds `::` twice, as those do that name
/// an ARN, and an acknowledgment holds for the whole app.
final class SolutionsChecks {
    static final List<Explanation> EXPLANATIONS = List.of(
            new Explanation("S1", "State/(Lake|Failures|AthenaResults)/Bucket/Resource",
                    "who reads which object is told by CloudTrail's data events, which an account turns on for all its buckets in one place"),
            new Explanation("TS3", "State/HotStore/Database", "encrypted by the key that AWS keeps in the account; the setting customerKey gives it another"),
            new Explanation("KDS3", "State/Telemetry/Resource", "the setting customerKey asks for it"),
            new Explanation("IAM5[Resource::*]", "Flow/(FleetProvisioning/Role|Ingest/Role|LandingToReadings/Compact/Role|StreamToWorkers/Role|StreamToWorkers/Task/ExecutionRole)/DefaultPolicy/Resource",
                    "only actions that take no resource: RightsAreNarrow checks each"),
            new Explanation("ECS2", "Flow/StreamToWorkers/Task/Resource", "names of tables and buckets, and numbers: nothing secret"),
            new Explanation("IAM5[Resource::arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:thing/*]", "Flow/FleetProvisioning/Role/DefaultPolicy/Resource",
                    "things are named by the function that decides on each device, after the template is made"),
            new Explanation("IAM5[Resource::arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:cert/*]", "Flow/FleetProvisioning/Role/DefaultPolicy/Resource",
                    "AWS IoT makes the certificates, and their ids"),
            new Explanation("IAM5[Resource::arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/millrace_ENVIRONMENT/*_readings]",
                    "Flow/LandingToReadings/Compact/Role/DefaultPolicy/Resource", "a table of readings for each device type, made by the function"),
            objects("Failures", LakeLayout.RULE_ERRORS_PREFIX, "((RuleToStream|RuleToLake)/ErrorRole|FailuresToStream/Redrive/Role)"),
            objects("Failures", LakeLayout.FAILED_BATCHES_PREFIX, "(StreamToWorkers|Ingest|Archive|FailuresToStream/Redrive)/Role"),
            objects("Failures", LakeLayout.REDRIVEN_PREFIX, "FailuresToStream/Redrive/Role"),
            objects("Failures", LakeLayout.TIMESTREAM_REJECTED_PREFIX, "(StreamToWorkers|Ingest|LandingToReadings/Compact)/Role"),
            objects("Lake", LakeLayout.LOST_PREFIX, "(RuleToLake/LakeRole|(FailuresToStream/Redrive|StatesToCompleteness/Completeness)/Role)"),
            objects("Lake", LakeLayout.QUARANTINE_PREFIX, "(StreamToWorkers|Ingest|Archive|FailuresToStream/Redrive)/Role"),
            objects("Lake", LakeLayout.LANDING_PREFIX, "(StreamToWorkers|Archive|LandingToReadings/Compact)/Role"),
            objects("Lake", LakeLayout.READINGS_PREFIX, "LandingToReadings/Compact/Role"),
            objects("Lake", LakeLayout.READINGS_STATE_PREFIX, "LandingToReadings/Compact/Role"),
            objects("Lake", LakeLayout.COMPLETENESS_PREFIX, "StatesToCompleteness/Completeness/Role"),
            objects("Lake", LakeLayout.COMPLETENESS_STATE_PREFIX, "StatesToCompleteness/Completeness/Role"),
            new Explanation("IAM5[Resource::arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:topic/cmd/*/resend]",
                    "Flow/StatesToCompleteness/Completeness/Role/DefaultPolicy/Resource", "one kind of command, to whatever thing misses readings"));

    private static final String PACK = "AwsSolutions-";
    private static final Pattern ENVIRONMENT = Pattern.compile("(?<=Millrace-|millrace_)[a-z][a-z0-9]{0,15}(?=-|/)");
    /// What the CDK appends to the ids of exports.
    private static final Pattern HASH = Pattern.compile("[0-9A-F]{8}(?=Arn|/)");

    private SolutionsChecks() {
    }

    /// A rule that one resource breaks.
    ///
    /// @param rule as `S1`; the same in all environments
    /// @param path of the construct below the app, without its environment
    record Violation(String rule, String path, String description) {
        @Override
        public String toString() {
            return "%s: %s%s: %s; explain it in %s or mend it".formatted(path, PACK, rule, description, SolutionsChecks.class.getSimpleName());
        }
    }

    /// Why a rule is broken.
    ///
    /// @param rule   the whole id, without the name of the pack
    /// @param path   a pattern of the whole path
    record Explanation(String rule, String path, String reason) {
        boolean explains(Violation violation) {
            return violation.rule.equals(rule) && violation.path.matches(path);
        }
    }

    private static Explanation objects(String bucket, String prefix, String role) {
        return new Explanation("IAM5[Resource::Millrace-ENVIRONMENT-State:ExportsOutputFnGetAtt%sBucketArn/%s*]".formatted(bucket, prefix),
                "Flow/" + role + "/DefaultPolicy/Resource", "objects under one prefix of one bucket, whose keys are made at run time");
    }

    /// Everything that the pack finds, explained or not.
    ///
    /// @param app that has been synthesized
    static List<Violation> violations(App app) {
        List<Violation> violations = new ArrayList<>();
        for (PolicyViolation violation : new AwsSolutionsChecks().validateScope(app).getViolations()) {
            String rule = HASH.matcher(ENVIRONMENT.matcher(violation.getRuleName()).replaceAll("ENVIRONMENT")).replaceAll("").replaceFirst("^" + PACK, "");
            for (PolicyViolatingResource resource : violation.getViolatingResources()) {
                violations.add(new Violation(rule, resource.getConstructPath().replaceFirst("^Millrace-[a-z0-9]+-", ""), violation.getDescription()));
            }
        }
        return violations;
    }

    /// Why it is as it is; empty if nobody has said.
    static Optional<Explanation> explanation(Violation violation) {
        return EXPLANATIONS.stream().filter(explanation -> explanation.explains(violation)).findFirst();
    }

    /// A line for each finding that has no explanation.
    static List<String> unexplained(App app) {
        return violations(app).stream().filter(violation -> explanation(violation).isEmpty()).map(Violation::toString).toList();
    }
}
