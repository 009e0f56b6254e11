/// What the policies of a role allow, as AWS IAM decides it. The front door asks for each call of a function and of a topic
/// rule, and the process that plays IoT Core for what it does with the role of a provisioning template.
package dev.millrace.local.iam;
