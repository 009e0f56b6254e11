package dev.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace schema`.
@Command(name = "schema", description = "Keeps device types and wire formats compatible, see docs/schema-evolution.md.")
final class SchemaCommand implements Runnable {
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command? there is: schema check");
    }

    /// Exit code 0: nothing breaks; 1: something would; 2: wrong arguments, no git, or a file that cannot be read.
    @Command(name = "check", sortOptions = false, description = {
        "Compares device types, .proto files and valid samples of the working tree with those of a revision, and refuses what would",
        "break readers of the lake or devices in the field."})
    int check(
            @Option(names = "--against", paramLabel = "REV", description = "default: where this branch left origin/main or main; on main itself HEAD~1") Optional<String> against,
            @Option(names = "--allow", paramLabel = "ID", description = "acknowledges a change that only rejects more readings, e.g. truck.rpm.max; may be repeated") List<String> allowed,
            @Option(names = "--root", hidden = true, defaultValue = "${sys:millrace.root:-.}") Path root,
            @Option(names = "--git", hidden = true, defaultValue = "git") String program,
            @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text") boolean isHelp) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        var git = new Git(program, root);
        List<SchemaBreach> breaches;
        try {
            String commit = against.isPresent() ? git.commit(against.get()) : git.base();
            out.println("against " + git.title(commit).orElse(commit));
            breaches = new SchemaCheck(git, commit).breaches();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Set<String> unused = new LinkedHashSet<>(allowed == null ? List.of() : allowed);
        List<SchemaBreach> refused = new ArrayList<>();
        for (SchemaBreach breach : breaches) {
            if (breach.isAllowable() && unused.contains(breach.id())) {
                out.printf("acknowledged: %s, %s -> %s%n", breach.id(), breach.was(), breach.is());
            } else {
                refused.add(breach);
            }
        }
        breaches.stream().filter(SchemaBreach::isAllowable).map(SchemaBreach::id).forEach(unused::remove);
        if (!unused.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--allow names nothing that can be acknowledged: " + unused);
        }
        refused.forEach(out::println);
        out.println(refused.isEmpty() ? "nothing that readers would not survive" : "refused: %d of the changes above".formatted(refused.size()));
        out.flush();
        return refused.isEmpty() ? 0 : 1;
    }
}
