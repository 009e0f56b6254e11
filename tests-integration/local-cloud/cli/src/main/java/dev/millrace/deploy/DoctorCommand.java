package dev.millrace.deploy;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace doctor`.
@Command(name = "doctor", sortOptions = false, description = {
    "Asks the AWS account whether a deployment can succeed and whether it would carry a load, one line a check; see docs/deploy.md.",
    "Exit code 0: nothing stands in the way; 1: a check failed; 2: wrong arguments or settings."})
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private Project project;
    @Mixin
    private Load load;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Ending.of(spec, () -> print(project.doctor().examine(project.assembly(), load.fleet()), spec.commandLine().getOut()) ? 0 : 1);
    }

    /// @return whether nothing failed
    static boolean print(List<Finding> findings, PrintWriter out) {
        findings.forEach(finding -> out.println(finding.line()));
        long failed = findings.stream().filter(finding -> finding.level() == Finding.Level.FAIL).count();
        long open = findings.stream().filter(finding -> finding.level() == Finding.Level.unknown).count();
        out.println(failed > 0 ? "%d of %d checks failed".formatted(failed, findings.size())
                : "nothing found that stands in the way%s".formatted(open > 0 ? "; %d of %d checks could not be made".formatted(open, findings.size()) : ""));
        out.flush();
        return failed == 0;
    }
}
