/// The infrastructure of the whole flow as two stacks: what must outlive every deployment (state) and what may be
/// replaced at any time (flow).
///
/// The order of reading is the order in which a reading travels: [DeviceToRule][dev.millrace.cdk.DeviceToRule] lets a
/// device in, [IotRuleToStream][dev.millrace.cdk.IotRuleToStream] hands its packs to the stream,
/// [StreamToFunction][dev.millrace.cdk.StreamToFunction] hands batches to the functions, and they write to
/// [HotStore][dev.millrace.cdk.HotStore] and to the buckets that [LakeCatalog][dev.millrace.cdk.LakeCatalog] describes.
///
/// The app synthesizes by plain `java` without network, credentials or the CDK's command line, see
/// [MillraceApp][dev.millrace.cdk.MillraceApp]. The local cloud deploys the same templates.
package dev.millrace.cdk;
