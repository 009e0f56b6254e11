package dev.millrace.local.kinesis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// kinesis-local (npm) in a child process, installed by its lock file without running install scripts.
final class KinesisOracle implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(3);
    private static final List<String> CONTROL_CALLS = List.of("CREATE_STREAM", "DELETE_STREAM", "SPLIT_SHARD",
            "MERGE_SHARDS", "UPDATE_SHARD_COUNT");

    private final Process process;
    private final Thread onExit;
    private final int port;

    private KinesisOracle(Process process, int port) {
        this.process = process;
        this.port = port;
        this.onExit = new Thread(process::destroyForcibly, "stop kinesis oracle");
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    static KinesisOracle start() throws Exception {
        Path directory = Path.of("target", "kinesis-oracle").toAbsolutePath();
        Path main = install(directory);
        int plain = freePort();
        int tls = freePort();
        var builder = new ProcessBuilder("node", main.toString()).directory(directory.toFile())
                .redirectErrorStream(true).redirectOutput(directory.resolve("oracle.log").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("KINESIS_MOCK_PLAIN_PORT", String.valueOf(plain));
        environment.put("KINESIS_MOCK_TLS_PORT", String.valueOf(tls));
        environment.put("KINESIS_MOCK_CERT_PATH", main.resolveSibling("server.json").toString());
        environment.put("AWS_REGION", "eu-west-1");
        environment.put("SHARD_LIMIT", "1000");
        environment.put("LOG_LEVEL", "ERROR");
        environment.put("ROOT_LOG_LEVEL", "ERROR");
        CONTROL_CALLS.forEach(call -> environment.put(call + "_DURATION", "5ms"));
        var oracle = new KinesisOracle(builder.start(), plain);
        try {
            Await.until("the oracle opens its port; see " + directory.resolve("oracle.log"), START_LIMIT, () -> {
                if (!oracle.process.isAlive()) {
                    throw new AssertionError("the oracle ended with %d; see %s"
                            .formatted(oracle.process.exitValue(), directory.resolve("oracle.log")));
                }
                return isOpen(plain);
            });
        } catch (Exception | AssertionError e) {
            oracle.close();
            throw e;
        }
        return oracle;
    }

    private static Path install(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(Path.of("src", "test", "kinesis-oracle", file), directory.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = directory.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!npm.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS) || npm.exitValue() != 0) {
            npm.destroyForcibly();
            throw new AssertionError("npm ci did not install the oracle: " + Files.readString(log));
        }
        return directory.resolve(Path.of("node_modules", "kinesis-local", "main.js"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isOpen(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(onExit);
    }
}
