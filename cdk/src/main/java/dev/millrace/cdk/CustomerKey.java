package dev.millrace.cdk;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/// The key of everything that holds data, in place of those that AWS keeps for each service. Roles get what they need of it
/// by their own policies; its policy lets the account decide, and the two services in that have no role of ours.
///
/// It stays when its stack is deleted: what it has encrypted stays too, and is lost without it.
final class CustomerKey {
    private CustomerKey() {
    }

    /// @return empty if the settings ask for none
    static Optional<IKey> of(Construct scope, Config config) {
        return switch (config.customerKey()) {
            case Config.NO_CUSTOMER_KEY -> Optional.empty();
            case Config.OWN_CUSTOMER_KEY -> Optional.of(made(scope, config.environment()));
            // its owner must have let CloudWatch in, see docs/configuration.md
            default -> Optional.of(Key.fromKeyArn(scope, "CustomerKey", config.customerKey()));
        };
    }

    private static IKey made(Construct scope, String environment) {
        Key key = Key.Builder.create(scope, "CustomerKey")
                .alias("alias/millrace-" + environment)
                .description("Millrace " + environment + ": stream, tables, buckets, hot store and logs")
                .enableKeyRotation(true)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
        Stack stack = Stack.of(scope);
        // CloudWatch Logs, "Encrypt log data in CloudWatch Logs using AWS Key Management Service"
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("LogsOfThisEnvironment")
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("logs." + stack.getRegion() + ".amazonaws.com")))
                .actions(List.of("kms:Decrypt", "kms:Describe*", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"))
                .resources(List.of("*"))
                .conditions(Ordered.map("ArnLike", Ordered.map("kms:EncryptionContext:aws:logs:arn",
                        "arn:%s:logs:%s:%s:log-group:Millrace-%s-*".formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), environment))))
                .build());
        // Amazon SNS, "Managing Amazon SNS encryption keys and costs": alarms come by CloudWatch, not by a role
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("AlarmsOfThisAccount")
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(List.of("kms:Decrypt", "kms:GenerateDataKey*"))
                .resources(List.of("*"))
                .conditions(Ordered.map("StringEquals", Ordered.map("aws:SourceAccount", stack.getAccount())))
                .build());
        return key;
    }
}
