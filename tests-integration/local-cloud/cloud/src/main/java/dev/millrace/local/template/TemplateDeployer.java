package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Deploys an assembly: each stack after those that it needs, each resource after those that it refers to.
public final class TemplateDeployer {
    /// Under this key a provider of all types `Custom::…` is found that have no provider of their own.
    public static final String CUSTOM_TYPES = "Custom::*";
    static final String CUSTOM_PREFIX = "Custom::";

    private final Partition partition;
    private final Map<String, ResourceProvider> providers;

    /// @param providers by resource type, `AWS::Kinesis::Stream`, or [#CUSTOM_TYPES]; a type without one gets a made-up name and is listed
    ///                  in [Deployment#notSimulated]
    public TemplateDeployer(Partition partition, Map<String, ResourceProvider> providers) {
        this.partition = requireNonNull(partition, "partition is null");
        this.providers = Map.copyOf(requireNonNull(providers, "providers is null"));
    }

    /// Deploys all stacks. The first error ends the deployment; what was created until then stays.
    ///
    /// @throws TemplateException naming the stack and the logical id
    public Deployment deploy(CloudAssembly assembly) {
        return deploy(assembly.stacks());
    }

    /// Deploys some stacks of an assembly, in this order.
    ///
    /// @throws TemplateException as above, also if a stack imports from one that is not among them
    public Deployment deploy(List<StackTemplate> stacks) {
        var earlier = new StackDeployment.Earlier();
        List<Resource> resources = new ArrayList<>();
        for (StackTemplate stack : stacks) {
            resources.addAll(new StackDeployment(stack, partition, providers, earlier).run());
        }
        return new Deployment(resources, earlier.outputs());
    }
}
