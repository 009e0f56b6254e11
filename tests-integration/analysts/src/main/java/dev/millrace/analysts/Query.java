package dev.millrace.analysts;

import dev.millrace.cli.TextTable;
import dev.millrace.local.ChildFailed;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import dev.millrace.local.glue.NamedQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace query`: SQL over the lake that a demo left. Exit code 0: answered; 1: the engine refused the query, or did not
/// start; 2: wrong arguments, or there is no lake.
@Command(name = "query", sortOptions = false, description = {
    "Asks the lake that the last demo left, or that one is filling: SQL as Athena takes it, by Trino.",
    "Needs no running cloud."})
public final class Query implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final Pattern TITLE = Pattern.compile("-- title: (.+)");

    @Parameters(arity = "0..1", paramLabel = "SQL", description = "one statement, as \"SELECT * FROM truck LIMIT 10\"")
    private Optional<String> sql;
    @Option(names = "--named", paramLabel = "NAME", description = "one of the saved queries instead")
    private Optional<String> named;
    @Option(names = "--list", description = "names the saved queries")
    private boolean isListWanted;
    @Option(names = "--csv", description = "prints comma-separated values, and what it cost to stderr")
    private boolean isCsv;
    @Option(names = "--work", paramLabel = "DIR", description = "of the demo; default .millrace/demo in the project")
    private Optional<Path> work;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;

    Query(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs the command and ends the JVM with its exit code.
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        var line = new CommandLine(new Query(out, err));
        return line.setOut(new PrintWriter(out, true, out.charset())).setErr(new PrintWriter(err, true, err.charset())).execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if ((sql.isPresent() ? 1 : 0) + (named.isPresent() ? 1 : 0) + (isListWanted ? 1 : 0) != 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected one of SQL, --named NAME and --list");
        }
        Path root = Path.of(System.getProperty("millrace.root", ".")).toAbsolutePath().normalize();
        Path cloud = work.orElse(root.resolve(".millrace/demo")).resolve("cloud");
        List<NamedQuery> queries = NamedQuery.read(LocalLake.catalogDirectory(cloud));
        if (queries.isEmpty()) {
            err.printf("millrace query: there is no lake with saved queries in %s: run ./millrace demo first, or name its directory with --work%n", cloud);
            return USAGE;
        }
        if (isListWanted) {
            list(queries);
            return 0;
        }
        Optional<String> text = sql.or(() -> named.flatMap(name -> queries.stream().filter(query -> query.name().equals(name)).findFirst().map(NamedQuery::queryString)));
        if (text.isEmpty()) {
            err.printf("millrace query: unknown query '%s', expected one of %s%n", named.orElseThrow(),
                    queries.stream().map(NamedQuery::name).collect(Collectors.joining(", ")));
            return USAGE;
        }
        return ask(root, cloud, queries.getFirst().database(), text.get());
    }

    private void list(List<NamedQuery> queries) {
        var table = new TextTable("name", "what it answers");
        for (NamedQuery query : queries) {
            Matcher title = TITLE.matcher(query.queryString());
            table.row(query.name(), title.lookingAt() ? title.group(1) : query.description());
        }
        out.print(table);
        out.flush();
    }

    private int ask(Path root, Path cloud, String database, String text) throws IOException, InterruptedException {
        String region = LocalCloud.Settings.DEFAULT_REGION;
        try (var _ = new Quiet(cloud.resolve("logs/query.log")); LocalLake lake = LocalLake.open(root, cloud, region, LocalCloud.Settings.DEFAULT_ACCOUNT);
                Athena athena = Athena.open(new Athena.Lake(lake.awsEndpoint(), lake.awsEndpoint(), region, database))) {
            Answer answer = athena.ask(text);
            out.print(isCsv ? AnswerText.csv(answer) : AnswerText.table(answer));
            out.flush();
            (isCsv ? err : out).println(AnswerText.summary(answer));
            return 0;
        } catch (QueryFailed | ChildFailed e) {
            err.println("millrace query: " + e.getMessage());
            return FAILED;
        }
    }

    /// While it is open, what the engine logs goes into a file and not among the answers: it takes the standard streams that
    /// it finds when it starts.
    private static final class Quiet implements AutoCloseable {
        private final PrintStream out = System.out;
        private final PrintStream err = System.err;
        private final PrintStream log;

        Quiet(Path file) throws IOException {
            Files.createDirectories(file.getParent());
            log = new PrintStream(Files.newOutputStream(file), true, err.charset());
            System.setOut(log);
            System.setErr(log);
        }

        @Override
        public void close() {
            System.setOut(out);
            System.setErr(err);
            log.close();
        }
    }
}
