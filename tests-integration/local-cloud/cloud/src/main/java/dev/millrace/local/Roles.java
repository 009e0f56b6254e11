package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.iam.RoleRights;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Partition;
import dev.millrace.local.template.Resource;
import dev.millrace.local.template.Role;
import dev.millrace.local.template.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The roles of the template that somebody takes here, with what their policies allow.
final class Roles {
    /// What Lambda calls to read a stream by polling (Lambda, "Using Lambda with Kinesis: required permissions").
    private static final List<String> READ_STREAM = List.of("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards");

    private final Partition partition;
    private final Map<String, Role> byArn;
    private final List<Resource> timestreamTables;

    Roles(Deployment deployment, Partition partition) {
        this.partition = requireNonNull(partition, "partition is null");
        this.byArn = deployment.roles().stream().collect(Collectors.toUnmodifiableMap(Role::arn, Function.identity()));
        this.timestreamTables = deployment.ofType("AWS::Timestream::Table");
    }

    /// The role that a service takes on somebody's behalf.
    ///
    /// @param who       takes it, for the error
    /// @param service   of AWS, `lambda.amazonaws.com`
    /// @param sourceArn on whose behalf
    /// @throws TemplateException if the template has no such role, if the role does not trust the service, or if it has what
    ///                           is not simulated
    RoleRights take(String who, String arn, String service, String sourceArn) {
        Role role = byArn.get(arn);
        if (role == null) {
            throw new TemplateException("%s: the template has no role %s; it has %s".formatted(who, arn, byArn.keySet().stream().sorted().toList()));
        }
        if (!role.managedPolicies().isEmpty()) {
            throw new TemplateException("%s: what is in the managed policies %s of role %s is not known here".formatted(who, role.managedPolicies(), arn));
        }
        RoleRights rights;
        try {
            rights = RoleRights.of(arn, role.trust(), role.documents());
        } catch (IllegalArgumentException e) {
            throw new TemplateException("%s: %s".formatted(who, e.getMessage()), e);
        }
        if (!rights.trusts(service, sourceArn, partition.account())) {
            throw new TemplateException("%s: role %s may not be assumed by %s for %s".formatted(who, arn, service, sourceArn));
        }
        return rights;
    }

    RoleRights of(FunctionDefinition function) {
        return take("function " + function.name(), function.roleArn(), "lambda.amazonaws.com", function.arn());
    }

    /// Lambda looks at these rights when a mapping is made, and makes none without them.
    ///
    /// @throws TemplateException naming the right that is missing
    void requireMayRead(FunctionDefinition function, MappingDefinition mapping) {
        READ_STREAM.forEach(action -> require(function, mapping, "kinesis:" + action, mapping.streamArn()));
        mapping.onFailureBucket().ifPresent(bucket -> {
            require(function, mapping, "s3:ListBucket", "arn:aws:s3:::" + bucket);
            require(function, mapping, "s3:PutObject", "arn:aws:s3:::%s/aws/lambda/%s/report".formatted(bucket, mapping.id()));
        });
    }

    private void require(FunctionDefinition function, MappingDefinition mapping, String action, String resource) {
        of(function).denial(action, resource).ifPresent(denial -> {
            throw new TemplateException("the event source mapping %s of function %s cannot be made: %s".formatted(mapping.id(), function.name(), denial));
        });
    }

    /// Whether what a function writes gets into its log group. Without the right Lambda runs it all the same, and drops the lines.
    boolean mayLog(FunctionDefinition function) {
        String stream = partition.arn("logs", "log-group:%s:log-stream:live".formatted(function.logGroup()));
        return List.of("logs:CreateLogStream", "logs:PutLogEvents").stream().allMatch(action -> of(function).denial(action, stream).isEmpty());
    }

    /// Where the tables of Timestream keep what they reject late: bucket and prefix, by the table's ARN.
    Map<String, String> timestreamRejects() {
        Map<String, String> locations = new TreeMap<>();
        for (Resource table : timestreamTables) {
            JsonNode s3 = table.properties().path("MagneticStoreWriteProperties").path("MagneticStoreRejectedDataLocation").path("S3Configuration");
            if (s3.has("BucketName")) {
                String prefix = s3.path("ObjectKeyPrefix").asText();
                locations.put(table.provisioned().attributes().get("Arn"), s3.path("BucketName").asText() + (prefix.isEmpty() ? "" : "/" + prefix));
            }
        }
        return locations;
    }
}
