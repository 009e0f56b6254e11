package dev.millrace.deploy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `millrace diff`.
@Command(name = "diff", sortOptions = false, description = {
    "What a deployment would change in the AWS account of the environment. Changes nothing.",
    "Exit code 0: compared; 1: it could not be, or with -- --fail there are differences; 2: wrong arguments or settings."})
public final class DiffCommand implements Callable<Integer> {
    @Mixin
    private Project project;
    @Parameters(paramLabel = "-- ARGUMENT", description = "for the CDK's command line, as -- --fail")
    private List<String> arguments = List.of();
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Ending.of(spec, this::compare);
    }

    private int compare() throws IOException, InterruptedException, DeployFailed, NoCaller {
        Doctor doctor = project.doctor();
        Optional<String> region = doctor.region();
        if (region.isEmpty()) {
            throw new IllegalArgumentException("no region is set: export AWS_REGION");
        }
        try (AwsCalls calls = doctor.calls(region.get())) {
            doctor.caller(calls);
        }
        return project.cdk(region).run("diff", project.assembly(), arguments) == 0 ? 0 : 1;
    }
}
