package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/// AWS IoT Core on one machine. `main` takes the path of a configuration file (see `IotConfig`), prints one
/// line `READY {…}` on standard output when it serves, logs to standard error, and ends when standard input
/// ends or by SIGTERM; before it ends it runs what it has accepted.
///
/// Exit codes: 0 when standard input ended, 1 for a wrong configuration, 2 if the port is in use.
public final class LocalIot implements AutoCloseable {
    private static final int EXIT_CONFIGURATION = 1;
    private static final int EXIT_PORT_IN_USE = 2;

    private final Path certificates;
    private final AwsDestinations destinations;
    private final LambdaHook hook;
    private final ProvisioningDesk provisioning;
    private final RulesEngine rules;
    private final Broker broker;
    private final ControlServer control;

    private LocalIot(Path certificates, AwsDestinations destinations, LambdaHook hook, ProvisioningDesk provisioning, RulesEngine rules, Broker broker,
            ControlServer control) {
        this.certificates = certificates;
        this.destinations = destinations;
        this.hook = hook;
        this.provisioning = provisioning;
        this.rules = rules;
        this.broker = broker;
        this.control = control;
    }

    /// Starts and returns when devices can connect.
    ///
    /// @throws BindException if the port is in use, naming it
    static LocalIot start(IotConfig config, InstantSource clock) throws IOException, GeneralSecurityException, InterruptedException {
        requireNonNull(clock, "clock is null");
        Path certificates = Files.createDirectories(config.directory().resolve("certs")).toAbsolutePath();
        Path broker = Files.createDirectories(config.directory().resolve("broker"));
        var certificateAuthority = CertificateAuthority.open(certificates.resolve("ca.pem"), broker.resolve("ca.key.pem"), new SecureRandom(), clock);
        Registry registry = Registry.open(config.directory().resolve("registry.json"));
        var authority = new Authority(config.region(), config.account(), registry, config.policies());
        var metrics = new Metrics();
        var destinations = new AwsDestinations(config.awsEndpoint(), config.region());
        var backlog = new Backlog(RulesEngine.BACKLOG_EXECUTIONS_MAX, RulesEngine.BACKLOG_BYTES_MAX);
        var rules = new RulesEngine(config.rules(), destinations, metrics, UUID::randomUUID, backlog);
        var hook = new LambdaHook(config.awsEndpoint(), config.region());
        var provisioning = new ProvisioningDesk(new Provisioning(config.region(), config.account(), config.templates(), certificateAuthority, registry, hook,
                clock, UUID::randomUUID));
        var gates = new Gates(authority, rules, provisioning, metrics, clock, UUID::randomUUID);
        Broker started = Broker.start(config.port(), broker, certificateAuthority.issueServer(), certificateAuthority.certificate(), gates);
        var things = new Things(certificates, certificateAuthority, registry);
        things.register(config.fleet().things(), config.fleet().policy());
        started.awaitStarted();
        gates.requireStarted();
        var dataPlane = new DataPlane(rules, gates, metrics, clock, UUID::randomUUID);
        var control = new ControlServer(metrics, rules, things, registry, config.policies(), gates, dataPlane);
        return new LocalIot(certificates, destinations, hook, provisioning, rules, started, control);
    }

    /// Of MQTT over TLS.
    int port() {
        return broker.port();
    }

    int controlPort() {
        return control.port();
    }

    /// The directory of `ca.pem`, `<thing>.cert.pem` and `<thing>.key.pem`.
    Path certificates() {
        return certificates;
    }

    /// The line that tells the parent process where everything is.
    String ready() {
        return "READY " + JsonMembers.MAPPER.createObjectNode()
                .put("port", port())
                .put("control", controlPort())
                .put("ca", certificates.resolve("ca.pem").toString())
                .put("certs", certificates.toString());
    }

    /// Takes no more messages, runs those that were accepted, and stops. A message that comes meanwhile is
    /// refused, so that its sender keeps it.
    @Override
    public void close() {
        rules.close();
        control.close();
        provisioning.close();
        broker.close();
        hook.close();
        destinations.close();
    }

    /// @param arguments the path of the configuration file
    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        prepareRuntime();
        if (arguments.length != 1) {
            exit(EXIT_CONFIGURATION, "usage: LocalIot CONFIG.json");
        }
        IotConfig config = read(Path.of(arguments[0]));
        LocalIot iot;
        try {
            iot = start(config, InstantSource.system());
        } catch (BindException e) {
            exit(EXIT_PORT_IN_USE, e.getMessage());
            return;
        } catch (IllegalArgumentException e) {
            exit(EXIT_CONFIGURATION, e.getMessage());
            return;
        }
        // the broker keeps nothing on disk, so it need not be stopped, which would take seconds
        Runtime.getRuntime().addShutdownHook(new Thread(iot.rules::close, "drain"));
        System.out.println(iot.ready());
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    /// Must come before the classes that read these settings are loaded. A setting given on the command line stays.
    private static void prepareRuntime() {
        // the broker's jar has a logback.xml of its own on the class path
        defaultProperty("logback.configurationFile", "dev/millrace/local/iot/logback.xml");
        // as many connections to the local cloud are kept as actions run at a time; the default is 5
        defaultProperty("http.maxConnections", Integer.toString(RulesEngine.CONCURRENCY));
        // else each small answer waits for a delayed acknowledgement
        defaultProperty("sun.net.httpserver.nodelay", "true");
    }

    private static void defaultProperty(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private static IotConfig read(Path file) {
        try {
            return IotConfig.parse(Files.readString(file));
        } catch (IOException e) {
            exit(EXIT_CONFIGURATION, "cannot read %s: %s".formatted(file, e));
        } catch (IllegalArgumentException e) {
            exit(EXIT_CONFIGURATION, "%s: %s".formatted(file, e.getMessage()));
        }
        throw new IllegalStateException("exit returned");
    }

    private static void exit(int code, String message) {
        System.err.println("local-iot: " + message);
        System.exit(code);
    }
}
