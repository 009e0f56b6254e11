package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.glue.LocalGlue;
import dev.millrace.local.glue.NamedQuery;
import dev.millrace.local.template.CloudAssembly;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.Partition;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.StackTemplate;
import dev.millrace.local.template.TemplateDeployer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/// Deploys of an app the stack of its lake: buckets, tables and the analysts' queries. Of all else in the stack there is only
/// the name, and other stacks are left out, so nothing fills the lake by itself.
public final class LakeTemplate {
    private LakeTemplate() {
    }

    /// Deploys into the work directory of a [LocalLake], which may be open.
    ///
    /// @param assembly the directory that `cdk synth` wrote
    /// @param s3       of the lake
    /// @return the outputs of the stack by name
    /// @throws dev.millrace.local.template.TemplateException if the template cannot be deployed here
    public static Map<String, String> deploy(Path assembly, Path workDirectory, String region, String account, S3Client s3) {
        requireNonNull(s3, "s3 is null");
        Path catalog = LocalLake.catalogDirectory(workDirectory);
        var athena = new AthenaResources();
        Map<String, ResourceProvider> providers = new HashMap<>(KeptResources.providers());
        providers.putAll(new GlueResources(new LocalGlue(catalog, region, account)).providers());
        providers.putAll(athena.providers());
        providers.put("AWS::S3::Bucket", new S3Buckets(s3));
        Deployment deployment = new TemplateDeployer(new Partition(region, account), providers).deploy(
                CloudAssembly.read(assembly).stacks().stream().filter(LakeTemplate::hasCatalog).toList());
        NamedQuery.write(catalog, athena.queries());
        Map<String, String> outputs = new HashMap<>();
        deployment.outputs().values().forEach(outputs::putAll);
        return outputs;
    }

    private static boolean hasCatalog(StackTemplate stack) {
        return stack.template().path("Resources").valueStream().anyMatch(resource -> resource.path("Type").asText().equals("AWS::Glue::Database"));
    }
}
