package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// HiveMQ on 127.0.0.1, over TLS with client certificates, with the limits that AWS IoT Core announces in CONNACK.
final class Broker implements AutoCloseable {
    /// The stores lie in files that only their owner may read; the password protects nothing further.
    private static final String STORE_PASSWORD = "millrace-local";
    /// MQTT: 146 KB of variable header and payload (AWS IoT Core quotas), and the fixed header.
    private static final int PACKET_BYTES_MAX = 146 * 1024 + 5;
    private final int port;
    private final EmbeddedHiveMQ hiveMq;
    private final CompletableFuture<Void> started;

    private Broker(int port, EmbeddedHiveMQ hiveMq) {
        this.port = port;
        this.hiveMq = hiveMq;
        this.started = hiveMq.start();
    }

    /// Begins to start; [#awaitStarted] tells when it serves.
    ///
    /// @param port      0 for any free one
    /// @param directory the broker's own files
    /// @throws BindException if the port is in use, naming it
    static Broker start(int port, Path directory, CertificateAuthority.Issued server, Certificate trusted, ExtensionMain extension)
            throws IOException, GeneralSecurityException {
        requireNonNull(extension, "extension is null");
        int chosen = requireFree(port);
        Path config = Files.createDirectories(directory.resolve("conf"));
        Path keyStore = directory.resolve("server.p12").toAbsolutePath();
        Path trustStore = directory.resolve("devices.p12").toAbsolutePath();
        writeStore(keyStore, store -> store.setKeyEntry("server", server.key(), STORE_PASSWORD.toCharArray(), new Certificate[]{server.certificate(), trusted}));
        writeStore(trustStore, store -> store.setCertificateEntry("devices", trusted));
        Files.writeString(config.resolve("config.xml"), configuration(chosen, keyStore, trustStore));
        EmbeddedHiveMQ hiveMq = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(config)
                .withDataFolder(Files.createDirectories(directory.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(directory.resolve("extensions")))
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("local-iot").withName("AWS IoT Core on one machine").withVersion("1").withAuthor("Millrace")
                        .withPriority(0).withStartPriority(1000).withExtensionMain(extension).build())
                .withoutLoggingBootstrap()
                .build();
        return new Broker(chosen, hiveMq);
    }

    int port() {
        return port;
    }

    /// @throws IllegalStateException if the broker could not start
    void awaitStarted() throws InterruptedException {
        try {
            started.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not start on port " + port, e.getCause());
        }
    }

    @Override
    public void close() {
        hiveMq.stop().join();
    }

    private static int requireFree(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return socket.getLocalPort();
        } catch (BindException e) {
            var named = new BindException("port %d on 127.0.0.1 is in use or may not be bound: %s".formatted(port, e.getMessage()));
            named.initCause(e);
            throw named;
        }
    }

    @FunctionalInterface
    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }

    private static void writeStore(Path file, Filling filling) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        filling.fill(store);
        var bytes = new ByteArrayOutputStream();
        store.store(bytes, STORE_PASSWORD.toCharArray());
        Pem.writeSecret(file, bytes.toByteArray());
    }

    private static String configuration(int port, Path keyStore, Path trustStore) {
        return """
            <?xml version="1.0"?>
            <hivemq>
              <listeners>
                <tls-tcp-listener>
                  <port>%d</port>
                  <bind-address>127.0.0.1</bind-address>
                  <tls>
                    <keystore><path>%s</path><password>%s</password><private-key-password>%3$s</private-key-password></keystore>
                    <truststore><path>%s</path><password>%3$s</password></truststore>
                    <protocols><protocol>TLSv1.3</protocol><protocol>TLSv1.2</protocol></protocols>
                    <client-authentication-mode>REQUIRED</client-authentication-mode>
                  </tls>
                </tls-tcp-listener>
              </listeners>
              <mqtt>
                <retained-messages><enabled>false</enabled></retained-messages>
                <quality-of-service><max-qos>1</max-qos></quality-of-service>
                <topic-alias><enabled>true</enabled><max-per-client>8</max-per-client></topic-alias>
                <message-expiry><max-interval>604800</max-interval></message-expiry>
                <session-expiry><max-interval>3600</max-interval></session-expiry>
                <shared-subscriptions><enabled>false</enabled></shared-subscriptions>
                <keep-alive><max-keep-alive>1200</max-keep-alive><allow-unlimited>false</allow-unlimited></keep-alive>
                <packets><max-packet-size>%d</max-packet-size></packets>
                <receive-maximum><server-receive-maximum>100</server-receive-maximum></receive-maximum>
              </mqtt>
              <restrictions><max-connections>-1</max-connections></restrictions>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
              <persistence><mode>in-memory</mode></persistence>
            </hivemq>
            """.formatted(port, escaped(keyStore), STORE_PASSWORD, escaped(trustStore), PACKET_BYTES_MAX);
    }

    private static String escaped(Path path) {
        return path.toString()
                .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
