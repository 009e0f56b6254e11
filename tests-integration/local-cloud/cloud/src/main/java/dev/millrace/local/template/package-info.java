/// From a synthesized CDK app to running resources, as CloudFormation would do it.
///
/// A [CloudAssembly][dev.millrace.local.template.CloudAssembly] is read from the directory that `cdk synth` wrote; a
/// [TemplateDeployer][dev.millrace.local.template.TemplateDeployer] goes through its stacks and their resources in the
/// order of their dependencies, resolves the functions in their properties and asks the
/// [ResourceProvider][dev.millrace.local.template.ResourceProvider] of each type to make it real. What came of each is
/// kept in the [Deployment][dev.millrace.local.template.Deployment]. What cannot be understood stops the deployment with
/// the stack, the logical id and the function; what nobody simulates is listed, never left out in silence.
package dev.millrace.local.template;
