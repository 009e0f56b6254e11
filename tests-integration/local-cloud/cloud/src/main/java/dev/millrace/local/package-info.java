/// The local cloud as a whole: it starts the stand-ins, opens the front door, deploys the synthesized template onto them
/// and lets functions and devices run.
///
/// Children in processes of their own: DynamoDB, S3 and IoT Core. In this process: Kinesis, Timestream, the Lambda host
/// with its event source mappings and schedules, and the [front door][dev.millrace.local.frontdoor.FrontDoor] before them
/// all. One [provider][dev.millrace.local.template.ResourceProvider] for each kind of resource ties the template to a
/// stand-in.
package dev.millrace.local;
