package dev.millrace.cli;

import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;

/// The lake that a demo has left, opened by itself.
record DemoLake(LocalLake lake, S3Client s3) implements AutoCloseable {
    static final String REGION = LocalCloud.Settings.DEFAULT_REGION;

    /// @param work of the demo, if it is not that of the last one in the project
    /// @throws IllegalArgumentException if there is none
    static DemoLake open(Optional<Path> work) throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("millrace.root", ".")).toAbsolutePath().normalize();
        Path cloud = work.orElse(root.resolve(".millrace/demo")).resolve("cloud");
        if (!Files.isDirectory(LocalLake.catalogDirectory(cloud))) {
            throw new IllegalArgumentException("there is no lake in %s: run ./millrace demo first, name its directory with --work, or a cloud with --environment"
                    .formatted(cloud));
        }
        LocalLake lake = LocalLake.open(root, cloud, REGION, LocalCloud.Settings.DEFAULT_ACCOUNT);
        return new DemoLake(lake, AwsClients.client(S3Client.builder().forcePathStyle(true), new Deployed(lake.awsEndpoint(), REGION, Map.of())));
    }

    /// Of S3 and Glue.
    URI endpoint() {
        return lake.awsEndpoint();
    }

    @Override
    public void close() {
        s3.close();
        lake.close();
    }
}
