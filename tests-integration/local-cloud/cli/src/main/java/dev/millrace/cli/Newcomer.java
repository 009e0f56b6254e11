package dev.millrace.cli;

import dev.millrace.local.LocalCloud;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A device that may provision itself: its serial number is in the list, and there is a claim certificate for it.
record Newcomer(String serial, Path claimCert, Path claimKey, String template) {
    private static final String SERIAL = "DEMO-0001";
    private static final String CLAIM = "claim-certificate";

    /// Does what an operator does before devices are shipped (docs/provisioning.md).
    ///
    /// @param type name of the device type
    static Newcomer invite(LocalCloud cloud, String type) throws IOException, InterruptedException {
        var deployed = new Deployed(cloud.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, cloud.outputs());
        cloud.createCertificate(CLAIM, deployed.output("ClaimPolicyName"));
        try (AwsClients clients = AwsClients.of(deployed)) {
            clients.dynamoDb().putItem(put -> put.tableName(deployed.output("SerialsTable"))
                    .item(Map.of("serial", AttributeValue.fromS(SERIAL), "type", AttributeValue.fromS(type), "thing", AttributeValue.fromS(type + "-newcomer"))));
        }
        Path certificates = cloud.certsDirectory();
        return new Newcomer(SERIAL, certificates.resolve(CLAIM + ".cert.pem"), certificates.resolve(CLAIM + ".key.pem"), deployed.output("ProvisioningTemplateName"));
    }

    /// What a person types to be that device.
    String command(LocalCloud cloud, Path out) {
        return "./millrace provision --serial %s --endpoint localhost --port %d --ca %s \\%n           --claim-cert %s --claim-key %s --template %s --out %s"
                .formatted(serial, cloud.mqttPort(), cloud.caFile(), claimCert, claimKey, template, out);
    }
}
