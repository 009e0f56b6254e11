package dev.millrace.scenarios;

import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Deployed;

/// Tables and buckets, and clients that reach them.
record Stage(Deployed deployed, AwsClients clients) {
    static Stage of(Deployed deployed) {
        return new Stage(deployed, AwsClients.of(deployed));
    }
}
