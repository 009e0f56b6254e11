package dev.millrace.cdk;

import java.util.List;

/// The topics of fleet provisioning, in JSON and with a CSR alone ("Device provisioning MQTT API"): who may ask for a
/// certificate with keys made by AWS is nobody, because then a private key would cross the network.
final class ProvisioningTopics {
    private static final String CREATE = "$aws/certificates/create-from-csr/json";

    private ProvisioningTopics() {
    }

    /// Where a device asks for a certificate, and to be registered with it.
    static List<String> requests(String templateName) {
        return List.of(CREATE, register(templateName));
    }

    /// `accepted` and `rejected` of both.
    static List<String> answers(String templateName) {
        return List.of(CREATE + "/*", register(templateName) + "/*");
    }

    private static String register(String templateName) {
        return "$aws/provisioning-templates/" + templateName + "/provision/json";
    }
}
