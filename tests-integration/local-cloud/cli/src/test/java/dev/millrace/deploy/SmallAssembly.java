package dev.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A cloud assembly with what the commands look at, laid out as the CDK does.
final class SmallAssembly {
    private SmallAssembly() {
    }

    /// @param directory  to be made
    /// @param streamMode `PROVISIONED` or `ON_DEMAND`
    static Path write(Path directory, String streamMode) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("manifest.json"), """
                {"version": "54.0.0", "artifacts": {
                  "Millrace-prod-State.assets": {"type": "cdk:asset-manifest", "properties": {"requiresBootstrapStackVersion": 6}},
                  "Millrace-prod-State": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "state.json", "terminationProtection": true,
                    "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version"}},
                  "Millrace-prod-Flow": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "flow.json", "terminationProtection": false,
                    "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version"}}}}
                """);
        Files.writeString(directory.resolve("state.json"), """
                {"Resources": {
                  "Telemetry": {"Type": "AWS::Kinesis::Stream", "DeletionPolicy": "Retain",
                    "Properties": {"ShardCount": 2, "StreamModeDetails": {"StreamMode": "%s"}}},
                  "Lake": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {}},
                  "HotStore": {"Type": "AWS::Timestream::Database", "DeletionPolicy": "Retain", "Properties": {"DatabaseName": "millrace-prod"}},
                  "Readings": {"Type": "AWS::Timestream::Table", "DeletionPolicy": "Retain",
                    "Properties": {"DatabaseName": {"Ref": "HotStore"}, "TableName": "readings"}},
                  "Catalog": {"Type": "AWS::Glue::Database", "Properties": {"DatabaseInput": {"Name": "millrace_prod"}}}}}
                """.formatted(streamMode));
        Files.writeString(directory.resolve("flow.json"), """
                {"Resources": {
                  "Ingest": {"Type": "AWS::Lambda::Function", "Properties": {}},
                  "Archive": {"Type": "AWS::Lambda::Function", "Properties": {}},
                  "Sweep": {"Type": "AWS::Lambda::Function", "Properties": {}},
                  "IngestLogs": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "Properties": {}},
                  "IngestMapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 1000}},
                  "ArchiveMapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 10000}}}}
                """);
        return directory;
    }
}
