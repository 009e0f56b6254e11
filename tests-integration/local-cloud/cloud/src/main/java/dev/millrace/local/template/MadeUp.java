package dev.millrace.local.template;

import dev.millrace.local.template.Provisioned.Standing;
import java.util.Locale;
import java.util.Map;

/// A name for what nobody simulates, always the same for the same stack and logical id, so that references to it resolve.
final class MadeUp {
    private MadeUp() {
    }

    static Provisioned resource(ResourceRequest request) {
        String name = PhysicalName.ORDINARY.generate(request.stack(), request.logicalId());
        return new Provisioned(name, Map.of("Arn", request.arn(service(request.type()), name)), Standing.NOT_SIMULATED);
    }

    /// Any attribute that somebody asks for: an ARN where its name says so.
    static String attribute(Resource resource, String attribute) {
        String arn = resource.provisioned().attributes().get("Arn");
        return arn != null && attribute.endsWith("Arn") ? arn : resource.provisioned().ref() + "-" + attribute;
    }

    /// `AWS::SQS::Queue` is of `sqs`, `Custom::Thing` of `custom`.
    private static String service(String type) {
        String[] parts = type.split("::", -1);
        return (parts[0].equals("AWS") && parts.length > 1 ? parts[1] : parts[0]).toLowerCase(Locale.ROOT);
    }
}
