package dev.millrace.local;

import dev.millrace.local.template.CloudAssembly;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Partition;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.TemplateDeployer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// An assembly of one stack, `Flow`, with one asset, `code.zip`.
record OneStack(CloudAssembly assembly) {
    /// @param resources the section Resources
    static OneStack of(Path directory, String resources) throws IOException {
        Files.writeString(directory.resolve("manifest.json"), """
                {"artifacts":{"Flow":{"type":"aws:cloudformation:stack","properties":{"templateFile":"Flow.json"}},
                 "Flow.assets":{"type":"cdk:asset-manifest","properties":{"file":"assets.json"}}}}""");
        Files.writeString(directory.resolve("assets.json"), """
                {"files":{"c0de":{"source":{"path":"code.zip"},"destinations":{"here":{"objectKey":"c0de.zip"}}}}}""");
        Files.writeString(directory.resolve("code.zip"), "only its place matters");
        Files.writeString(directory.resolve("Flow.json"), "{\"Resources\":" + resources + "}");
        return new OneStack(CloudAssembly.read(directory));
    }

    Deployment deploy(Map<String, ResourceProvider> providers) {
        return new TemplateDeployer(new Partition("eu-west-1", "000000000000"), providers).deploy(assembly);
    }
}
