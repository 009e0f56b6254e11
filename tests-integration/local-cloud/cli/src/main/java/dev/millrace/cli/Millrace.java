package dev.millrace.cli;

import dev.millrace.deploy.DeployCommand;
import dev.millrace.deploy.DestroyCommand;
import dev.millrace.deploy.DiffCommand;
import dev.millrace.deploy.DoctorCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What the launcher runs. Exit code 0: done; 1: it went wrong, or a reading is missing or doubled; 2: wrong
/// arguments, or a port in use.
@Command(name = "millrace", subcommands = {AuditCommand.class, CostCommand.class, DemoCommand.class, DeployCommand.class, DestroyCommand.class,
        DiffCommand.class, DoctorCommand.class, ReplayCommand.class, SchemaCommand.class},
        description = "Exactly-once IoT telemetry on AWS, on one machine.")
public final class Millrace implements Runnable {
    /// Exit code for what the caller can mend: arguments, ports.
    static final int USAGE = 2;

    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// Runs a command and ends the JVM with its exit code.
    public static void main(String[] args) {
        System.exit(new CommandLine(new Millrace()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}
