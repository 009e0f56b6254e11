package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace destroy`.
@Command(name = "destroy", sortOptions = false, description = {
    "Deletes both stacks, after it has said what stays and has been told the environment's name; see docs/deploy.md.",
    "Exit code 0: deleted; 1: not, or not all; 2: wrong arguments or settings."})
public final class DestroyCommand implements Callable<Integer> {
    @Mixin
    private Project project;
    @Option(names = "--yes", paramLabel = "ENVIRONMENT", description = "the environment's name, for scripts; default: it is asked for")
    private Optional<String> answer = Optional.empty();
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Ending.of(spec, this::destroy);
    }

    private int destroy() throws IOException, InterruptedException, DeployFailed, NoCaller, CallFailed {
        PrintWriter out = spec.commandLine().getOut();
        Assembly assembly = project.assembly();
        Doctor doctor = project.doctor();
        String region = doctor.region().orElseThrow(() -> new IllegalArgumentException("no region is set: export AWS_REGION"));
        try (AwsCalls calls = doctor.calls(region)) {
            Doctor.Caller caller = doctor.caller(calls);
            var deployed = new DeployedStacks(calls);
            List<Retained> retained = new ArrayList<>();
            int found = 0;
            for (Assembly.Stack stack : assembly.stacks()) {
                Optional<DeployedStacks.Deployed> there = deployed.find(stack.name());
                if (there.isEmpty()) {
                    continue;
                }
                found++;
                if (there.get().isProtected()) {
                    spec.commandLine().getErr().printf("millrace destroy: %s is protected against deletion, nothing was deleted; first, with the other settings as they are: "
                            + "./millrace deploy -c environment=%s -c deletionProtection=false%n", stack.name(), assembly.environment());
                    return 1;
                }
                // what is deployed decides, not what would be
                JsonNode template = deployed.template(stack.name()).orElse(stack.template());
                retained.addAll(Retained.of(template, deployed.names(stack.name())));
            }
            if (found == 0) {
                spec.commandLine().getErr().printf("millrace destroy: nothing of the environment %s is in %s of account %s%n", assembly.environment(), region, caller.account());
                return 1;
            }
            out.printf("Of the environment %s in %s of account %s these stay, and cost on:%n", assembly.environment(), region, caller.account());
            out.print(retained.isEmpty() ? "  nothing\n" : "");
            retained.forEach(resource -> out.println(resource.line()));
            out.println("Everything else goes: functions, rules, alarms, logs, and what is not in the list.");
            out.flush();
        }
        if (!isMeant(assembly.environment(), out)) {
            return 1;
        }
        return project.cdk(Optional.of(region)).run("destroy", assembly, List.of("--force")) == 0 ? 0 : 1;
    }

    private boolean isMeant(String environment, PrintWriter out) throws IOException {
        String said;
        if (answer.isPresent()) {
            said = answer.get();
        } else {
            out.printf("Type the environment's name to delete it: ");
            out.flush();
            String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            said = line == null ? "" : line.strip();
        }
        if (!said.equals(environment)) {
            spec.commandLine().getErr().printf("millrace destroy: nothing was deleted: expected '%s', got '%s'%n", environment, said);
            return false;
        }
        return true;
    }
}
