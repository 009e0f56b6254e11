package dev.millrace.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// A function of the template.
///
/// @param arn     of the function, with the version that was published last behind it, if one was
/// @param zip     the deployment package
/// @param roleArn  whose rights it has
/// @param logGroup where its log goes
record FunctionDefinition(String name, String arn, Path zip, String handler, int memoryMegabytes, Duration timeout, String roleArn, String logGroup,
        Map<String, String> environment) {
    FunctionDefinition {
        environment = Map.copyOf(environment);
    }

    FunctionDefinition published(int version) {
        return new FunctionDefinition(name, arn + ":" + version, zip, handler, memoryMegabytes, timeout, roleArn, logGroup, environment);
    }

    /// By this the front door knows who calls. Letters and digits only: DynamoDB Local takes no others.
    String accessKeyId() {
        return "LOCAL" + name.replaceAll("[^a-zA-Z0-9]", "");
    }
}
