/// From a laptop into an AWS account: asks the account whether a deployment can succeed, and runs the CDK's command line on
/// an assembly that was synthesized before.
package dev.millrace.deploy;
