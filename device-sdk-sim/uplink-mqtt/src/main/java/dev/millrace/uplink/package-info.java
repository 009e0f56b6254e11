/// The way from the agent's journal to AWS IoT Core: MQTT 5 over mutual TLS by the AWS IoT Device SDK.
///
/// [MqttUplink][dev.millrace.uplink.MqttUplink] publishes each pack with QoS 1 on the thing's Basic Ingest topic
/// and answers the agent when the PUBACK has come. It keeps nothing itself: the journal is the only queue.
/// It hears the thing's [Commands][dev.millrace.uplink.Commands]. A program that is one device takes a
/// [ConnectedAgent][dev.millrace.uplink.ConnectedAgent], and reads its [DeviceSettings][dev.millrace.uplink.DeviceSettings]
/// from a file.
package dev.millrace.uplink;
