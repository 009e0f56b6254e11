package dev.millrace.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace deploy`.
@Command(name = "deploy", sortOptions = false, description = {
    "Synthesizes, asks the doctor, and deploys both stacks into the AWS account of the environment; see docs/deploy.md.",
    "Exit code 0: deployed; 1: it went wrong, or the doctor found what would; 2: wrong arguments or settings."})
public final class DeployCommand implements Callable<Integer> {
    @Mixin
    private Project project;
    @Mixin
    private Load load;
    @Option(names = "--skip-doctor", description = "deploy without asking the account first")
    private boolean isDoctorSkipped;
    @Parameters(paramLabel = "-- ARGUMENT", description = "for the CDK's command line, as -- --require-approval never")
    private List<String> arguments = List.of();
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Ending.of(spec, this::deploy);
    }

    private int deploy() throws IOException, InterruptedException, DeployFailed {
        Assembly assembly = project.assembly();
        Doctor doctor = project.doctor();
        if (!isDoctorSkipped && !DoctorCommand.print(doctor.examine(assembly, load.fleet()), spec.commandLine().getOut())) {
            spec.commandLine().getErr().println("millrace deploy: nothing was deployed; mend what failed, or give --skip-doctor");
            return 1;
        }
        List<String> all = new ArrayList<>(List.of("--outputs-file", project.outputs(assembly).toString()));
        all.addAll(arguments);
        return project.cdk(doctor.region()).run("deploy", assembly, all) == 0 ? 0 : 1;
    }
}
