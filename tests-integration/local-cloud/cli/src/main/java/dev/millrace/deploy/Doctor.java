package dev.millrace.deploy;

import dev.millrace.cost.Fleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Document;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/// Asks an account, before CloudFormation does, whether a deployment can succeed and whether it would carry a load.
///
/// @param credentials of who would deploy
/// @param environment variables of the process
/// @param timeout     of each call
/// @param cdkJson     from which the load is sized
record Doctor(AwsCredentialsProvider credentials, Map<String, String> environment, Duration timeout, Path cdkJson) {
    private static final String STS_VERSION = "2011-06-15";

    /// Who calls, and where.
    ///
    /// @param account 12 digits
    /// @param arn     of the caller
    record Caller(String account, String arn) {
    }

    /// @param load that the deployment is to carry; empty if nobody said
    /// @return in the order in which a deployment would meet them
    List<Finding> examine(Assembly assembly, Optional<Fleet> load) {
        List<Finding> findings = new ArrayList<>(TemplateChecks.of(assembly));
        Optional<String> region = region();
        if (region.isEmpty()) {
            findings.add(Finding.fail("region", "none is set", "export AWS_REGION=eu-west-1, say, or set region in the profile that AWS_PROFILE names"));
            return findings;
        }
        try (AwsCalls calls = calls(region.get())) {
            Caller caller;
            try {
                caller = caller(calls);
            } catch (NoCaller e) {
                findings.add(Finding.fail("credentials", e.getMessage(), e.advice()));
                findings.add(Finding.unknown("account", "nothing in it could be asked", ""));
                return findings;
            }
            findings.add(Finding.ok("credentials", "account %s as %s".formatted(caller.account(), caller.arn())));
            findings.add(Finding.ok("region", region.get()));
            findings.addAll(new AccountChecks(calls, assembly, caller).findings());
            findings.addAll(new QuotaChecks(calls, assembly, load, cdkJson).findings());
        }
        return findings;
    }

    /// Calls of this account.
    AwsCalls calls(String region) {
        return new AwsCalls(credentials, region, environment, timeout);
    }

    /// Where the CDK would deploy: unlike the Java SDK, it also looks at `AWS_DEFAULT_REGION`.
    Optional<String> region() {
        for (String variable : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
            if (!environment.getOrDefault(variable, "").isBlank()) {
                return Optional.of(environment.get(variable));
            }
        }
        try {
            return Optional.of(DefaultAwsRegionProviderChain.builder().build().getRegion().id());
        } catch (SdkClientException e) {
            return Optional.empty();
        }
    }

    /// @throws NoCaller if there are no credentials, or AWS does not take them
    Caller caller(AwsCalls calls) throws NoCaller {
        try {
            credentials.resolveCredentials();
        } catch (SdkClientException e) {
            throw new NoCaller("none found in the environment, in profiles or at an instance", "aws configure sso, or export AWS_PROFILE");
        }
        try {
            Document answer = calls.query(AwsService.STS, STS_VERSION, "GetCallerIdentity", Map.of());
            return new Caller(Xml.first(answer, "Account").orElse("?"), Xml.first(answer, "Arn").orElse("?"));
        } catch (CallFailed e) {
            if (e.isNotSimulated()) {
                return new Caller("of the local cloud", "anybody");
            }
            throw new NoCaller(e.getMessage(), e.isSilent()
                    ? "is the network there, and is %s a region that is enabled in your account?".formatted(calls.region())
                    : "get fresh ones: aws sso login, or look at the clock of this machine");
        }
    }
}
