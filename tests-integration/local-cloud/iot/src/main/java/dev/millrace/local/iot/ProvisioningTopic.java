package dev.millrace.local.iot;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The topics of fleet provisioning, in JSON ("Device provisioning MQTT API"). CBOR is not simulated, nor are keys that AWS
/// makes: nobody here lets a private key cross the network.
sealed interface ProvisioningTopic {
    /// A device asks for a certificate.
    record CreateFromCsr() implements ProvisioningTopic {}

    /// A device asks to be registered by a template.
    record Register(String template) implements ProvisioningTopic {}

    String CERTIFICATES = "$aws/certificates/";
    String TEMPLATES = "$aws/provisioning-templates/";
    String CREATE = CERTIFICATES + "create-from-csr/json";
    Pattern REGISTER = Pattern.compile(Pattern.quote(TEMPLATES) + "([^/]+)/provision/json");

    /// Of a request; empty if the topic is none of these.
    static Optional<ProvisioningTopic> of(String topic) {
        if (topic.equals(CREATE)) {
            return Optional.of(new CreateFromCsr());
        }
        Matcher register = REGISTER.matcher(topic);
        return register.matches() ? Optional.of(new Register(register.group(1))) : Optional.empty();
    }

    /// Whether answers may come under a topic filter. A policy has said already which of them a client may hear.
    static boolean isHeardBy(String filter) {
        return filter.startsWith(CERTIFICATES) || filter.startsWith(TEMPLATES);
    }

    /// Where the answer to a request goes.
    default String answer(boolean accepted) {
        String topic = switch (this) {
            case CreateFromCsr() -> CREATE;
            case Register(String template) -> TEMPLATES + template + "/provision/json";
        };
        return topic + (accepted ? "/accepted" : "/rejected");
    }
}
