package dev.millrace.provisioning;

import dev.millrace.events.Claim;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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
    private static final int AGE_DAYS_MAX = 36_500;
    private static final Duration RUNS_OUT_SOON = Duration.ofDays(30);

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
    @Option(names = "--max-age-days", paramLabel = "DAYS", description = "with --renew: leave the certificate alone if it is younger and does not run out within 30 days; so a timer may call this daily")
    private Optional<Integer> maxAgeDays;
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
            DeviceIdentity old = before.orElseThrow(() -> wrong("--renew, but %s holds no certificate".formatted(out)));
            if (isDue(old)) {
                say("renewed", renewed(iot, store, old));
            } else {
                say("left alone", old);
            }
            return 0;
        }
        if (maxAgeDays.isPresent()) {
            throw wrong("--max-age-days is for --renew");
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

    private boolean isDue(DeviceIdentity identity) throws IOException {
        if (maxAgeDays.isEmpty()) {
            return true;
        }
        if (maxAgeDays.get() < 0 || maxAgeDays.get() > AGE_DAYS_MAX) {
            throw wrong("--max-age-days not in 0..%d: %d".formatted(AGE_DAYS_MAX, maxAgeDays.get()));
        }
        try (InputStream pem = Files.newInputStream(identity.certFile())) {
            var certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
            Instant now = Instant.now();
            boolean isOld = !now.isBefore(certificate.getNotBefore().toInstant().plus(Duration.ofDays(maxAgeDays.get())));
            return isOld || now.isAfter(certificate.getNotAfter().toInstant().minus(RUNS_OUT_SOON));
        } catch (CertificateException e) {
            throw new IOException("%s: no certificate in PEM: %s".formatted(identity.certFile(), e.getMessage()), e);
        }
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
