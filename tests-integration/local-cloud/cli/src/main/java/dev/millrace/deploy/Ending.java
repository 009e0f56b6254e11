package dev.millrace.deploy;

import dev.millrace.local.ChildFailed;
import java.io.IOException;
import picocli.CommandLine;

/// How a command of this package ends: with an exit code, and what went wrong in one line.
final class Ending {
    private Ending() {
    }

    /// What a command does.
    @FunctionalInterface
    interface Work {
        /// @return the exit code
        int run() throws IOException, InterruptedException, DeployFailed, NoCaller, CallFailed;
    }

    static int of(CommandLine.Model.CommandSpec spec, Work work) throws IOException, InterruptedException {
        String command = "millrace %s: ".formatted(spec.name());
        try {
            return work.run();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (DeployFailed e) {
            spec.commandLine().getErr().println(e.getMessage());
            return e.exitCode();
        } catch (NoCaller e) {
            spec.commandLine().getErr().println(command + "no credentials that AWS takes: %s -> %s".formatted(e.getMessage(), e.advice()));
            return 1;
        } catch (CallFailed | ChildFailed e) {
            spec.commandLine().getErr().println(command + e.getMessage());
            return 1;
        }
    }
}
