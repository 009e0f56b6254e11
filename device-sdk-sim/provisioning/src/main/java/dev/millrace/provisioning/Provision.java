package dev.millrace.provisioning;

import dev.millrace.events.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The program. Exit code 0: the device has a certificate; 1: it has none, or no new one; 2: wrong arguments.
@Command(name = "provision", sortOptions = false, description = {
    "Makes a key pair and gets a certificate for it from AWS IoT: with a claim certificate the first time, with --renew over the device's own.",
    "The private key stays in the directory. A run that was cut off may be begun again."})
public final class Provision implements Callable<Integer> {
    @Option(names = "--endpoint", required = true, paramLabel = "HOST", description = "MQTT endpoint, without scheme and port")
    private String endpoint;
    @Option(names = "--port", defaultValue = "8883", description = "default ${DEFAULT-VALUE}")
    private int port;
    @Option(names = "--ca", required = true, paramLabel = "FILE", description = "PEM of the endpoint's authority")
    private Path ca;
    @Option(names = "--template", required = true, paramLabel = "NAME", description = "provisioning template")
    private String template;
    @Option(names = "--serial", paramLabel = "NUMBER", description = "of this device, as it is in the list")
    private Optional<String> serial;
    @Option(names = "--claim-cert", paramLabel = "FILE", description = "PEM of the claim certificate")
    private Optional<Path> claimCert;
    @Option(names = "--claim-key", paramLabel = "FILE", description = "PEM of its private key")
    private Optional<Path> claimKey;
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "key and certificate go to DIR/current/<thing>.key.pem and .cert.pem")
    private Path out;
    @Option(names = "--renew", description = "a new key and certificate for the thing that this device is; an agent that runs meanwhile loses its connection for a moment")
    private boolean isRenewal;
    @Option(names = "--timeout-seconds", defaultValue = "30", paramLabel = "S", description = "for the connection and each answer, default ${DEFAULT-VALUE}")
    private int timeoutSeconds;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// Starts the program; `--help` lists the options.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /// The program with its exit codes.
    public static CommandLine commandLine() {
        return new CommandLine(new Provision()).setExecutionExceptionHandler((e, commandLine, _) -> {
            commandLine.getErr().println("provision: " + e.getMessage());
            return 1;
        });
    }

    @Override
    public Integer call() throws IOException, ProvisioningFailed, InterruptedException {
        IotConnection.Endpoint iot = checked(() -> new IotConnection.Endpoint(endpoint, port, ca, Duration.ofSeconds(timeoutSeconds)));
        var store = new IdentityStore(out);
        Optional<DeviceIdentity> before = store.current();
        if (isRenewal) {
            say("renewed", renewed(iot, store, before.orElseThrow(() -> wrong("--renew, but %s holds no certificate".formatted(out)))));
            return 0;
        }
        String number = checked(() -> Claim.requireSerial(required("--serial", serial)));
        if (before.isPresent()) {
            if (!before.get().serial().equals(number)) {
                throw wrong("%s belongs to serial number %s".formatted(out, before.get().serial()));
            }
            say("provisioned already", before.get());
            return 0;
        }
        say("provisioned", provisioned(iot, store, number));
        return 0;
    }

    private DeviceIdentity provisioned(IotConnection.Endpoint iot, IdentityStore store, String number) throws IOException, ProvisioningFailed, InterruptedException {
        Path certFile = required("--claim-cert", claimCert);
        Path keyFile = required("--claim-key", claimKey);
        try (IotConnection connection = opened(iot, certFile, keyFile, Claim.clientId(number))) {
            return new Provisioning(store, new SecureRandom()).provision(number, connection.registrar(template));
        }
    }

    private DeviceIdentity renewed(IotConnection.Endpoint iot, IdentityStore store, DeviceIdentity before) throws IOException, ProvisioningFailed, InterruptedException {
        try (IotConnection connection = opened(iot, before.certFile(), before.keyFile(), before.thing())) {
            return new Provisioning(store, new SecureRandom()).renew(connection.registrar(template), identity -> {
                // one client id has one connection
                connection.disconnect();
                opened(iot, identity.certFile(), identity.keyFile(), identity.thing()).close();
            });
        }
    }

    private IotConnection opened(IotConnection.Endpoint iot, Path certFile, Path keyFile, String clientId) throws ProvisioningFailed, InterruptedException {
        try {
            return IotConnection.open(iot, certFile, keyFile, clientId);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private void say(String what, DeviceIdentity identity) {
        spec.commandLine().getOut().printf("%s: thing %s, type %s, rule %s, certificate %s in %s%n", what, identity.thing(), identity.type(), identity.rule(),
                identity.certificateId(), out.resolve("current"));
    }

    private <T> T required(String option, Optional<T> value) {
        return value.orElseThrow(() -> wrong(option + " is missing"));
    }

    private <T> T checked(Supplier<T> setting) {
        try {
            return setting.get();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
