package dev.millrace.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Starts the stand-ins that are processes of their own, because their libraries do not go together.
///
/// @param modules       directory of the modules `dynamodb`, `s3` and `iot`, built
/// @param workDirectory logs and data go here
record StandIns(Path modules, Path workDirectory) {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    /// One collector thread each: the machine is shared by all of them, the functions and the devices.
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-Xmx512m");

    record Stores(ChildProcess dynamoDb, ChildProcess s3) {
    }

    /// Starts DynamoDB and S3 at the same time.
    Stores startStores() throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ChildProcess> dynamoDb = threads.submit(() -> start("dynamodb", "dynamodb", "dev.millrace.local.dynamodb.LocalDynamoDb", List.of(), List.of("0")));
            Future<ChildProcess> s3 = threads.submit(() -> startS3("s3"));
            return new Stores(result(dynamoDb, s3), result(s3, dynamoDb));
        }
    }

    /// @param log names its log: two over one directory must not share it
    ChildProcess startS3(String log) throws InterruptedException {
        return start("s3", log, "dev.millrace.local.s3.LocalS3", List.of(), List.of("0", s3Directory().toString()));
    }

    IotCore startIotCore(ObjectNode configuration) throws InterruptedException {
        Path file = workDirectory.resolve("iot.json");
        try {
            Files.writeString(file, configuration.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        // the broker's Netty reads and writes memory outside of the heap
        return new IotCore(start("iot", "iot", "dev.millrace.local.iot.LocalIot", List.of("--sun-misc-unsafe-memory-access=allow"), List.of(file.toString())));
    }

    /// With a file `bucket/key` for each object.
    /// @param path bucket, slash and key
    boolean hasObject(String path) {
        try {
            return Files.isRegularFile(s3Directory().resolve(path));
        } catch (InvalidPathException _) {
            return false;
        }
    }

    Path s3Directory() {
        return workDirectory.resolve("s3");
    }

    /// Of all objects, those that are being deleted at this moment aside.
    long s3Bytes() throws IOException {
        if (!Files.isDirectory(s3Directory())) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(s3Directory())) {
            return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot measure " + s3Directory(), e);
        }
    }

    static URI endpoint(ChildProcess child) {
        return URI.create("http://127.0.0.1:" + child.ready().path("port").asInt());
    }

    /// @param setting names the setting in the error
    static void requireFree(int port, String setting) throws PortInUse {
        if (port == 0) {
            return;
        }
        try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            // free; whoever takes it in the next moment is found when it is bound
        } catch (IOException e) {
            throw new PortInUse(port, setting, e);
        }
    }

    private ChildProcess start(String module, String log, String mainClass, List<String> options, List<String> arguments) throws InterruptedException {
        List<String> all = Stream.concat(JVM.stream(), options.stream()).toList();
        return ChildProcess.start(module, new JavaModule(modules.resolve(module)).command(all, mainClass, arguments),
                workDirectory.resolve("logs").resolve(log + ".log"), READY_WITHIN);
    }

    /// The child, or the failure; then the other child, which may have started, is ended.
    private static ChildProcess result(Future<ChildProcess> child, Future<ChildProcess> other) throws InterruptedException {
        try {
            return child.get();
        } catch (ExecutionException e) {
            try {
                other.get().close();
            } catch (ExecutionException also) {
                e.getCause().addSuppressed(also.getCause());
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new ChildFailed(e.getCause().toString(), e.getCause());
        }
    }
}
