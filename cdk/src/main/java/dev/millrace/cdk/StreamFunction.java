package dev.millrace.cdk;

import java.nio.file.Path;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/// A Java function with a role of its own that may at first do nothing but write its log. It starts from a snapshot,
/// which only published versions have: everybody must call the alias `live`.
final class StreamFunction extends Construct {
    /// What most functions need.
    static final int MEMORY_MIB = 1024;

    private final Role role;
    private final Alias live;
    private final Duration timeout;

    /// @param handlerClass a `RequestStreamHandler` in the zip
    /// @param zip          jars under `lib/`
    record Props(String handlerClass, Path zip, int memoryMib, Duration timeout, Map<String, String> environment) {
    }

    StreamFunction(Construct scope, String id, Props props) {
        super(scope, id);
        timeout = props.timeout();
        LogGroup logs = LogGroup.Builder.create(this, "Logs").retention(RetentionDays.ONE_MONTH).removalPolicy(RemovalPolicy.DESTROY).build();
        role = Role.Builder.create(this, "Role").assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
        logs.grantWrite(role);

        // no JAVA_TOOL_OPTIONS: with SnapStart the JVM compiles in all tiers already (Lambda, "Java customization")
        Function function = Function.Builder.create(this, "Function")
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .handler(props.handlerClass() + "::handleRequest")
                .code(Code.fromAsset(props.zip().toString()))
                .memorySize(props.memoryMib())
                .timeout(props.timeout())
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .environment(props.environment())
                .role(role)
                .logGroup(logs)
                .build();
        live = Alias.Builder.create(this, "Live").aliasName("live").version(function.getCurrentVersion()).build();
        Validations.of(function).acknowledge(Acknowledgment.builder()
                .id("@aws-cdk/aws-lambda:snapStartRequirePublish")
                .reason("called through the alias of a published version only")
                .build());
    }

    void allow(PolicyStatement statement) {
        role.addToPolicy(statement);
    }

    /// Lets it use the key under what it reads or writes, see [Allow#key].
    void allowKey(IKey key, String... actions) {
        Allow.key(role, key, actions);
    }

    Duration timeout() {
        return timeout;
    }

    /// The alias.
    IFunction live() {
        return live;
    }
}
