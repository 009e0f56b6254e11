package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Synthesis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// The template's roles allow what the flow needs, and no statement that it does not.
class RoleStatementsTest {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theWholeFlowRunsAndNoCallIsDenied() throws Exception {
        WholeFlow.run(synthesized());
    }

    /// `mvn verify -Pleast-privilege -pl tests-integration/scenarios -am -Dtest=RoleStatementsTest -Dsurefire.failIfNoSpecifiedTests=false`;
    /// with `-Dstatements=Ingest` those alone whose description has this in it.
    @TestFactory
    @Tag("mutants")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    Stream<DynamicTest> theFlowMissesEveryStatementThatIsTakenAway() throws Exception {
        var app = new RoleStatements(synthesized());
        Pattern wanted = Pattern.compile(System.getProperty("statements", ""));
        List<RoleStatements.Statement> statements = app.all().stream().filter(statement -> wanted.matcher(statement.toString()).find()).toList();
        assertThat(statements).isNotEmpty();
        return statements.stream().map(statement -> DynamicTest.dynamicTest(statement.toString(), () -> {
            Path mutant = app.without(statement);
            String missed = "";
            try {
                WholeFlow.run(mutant);
            } catch (Exception | AssertionError e) {
                missed = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
            }
            assertThat(missed).as("what the flow misses without %s", statement.body().toPrettyString()).containsAnyOf(statement.complaints().toArray(String[]::new));
            System.out.printf("%s: %s%n", statement, missed);
        }));
    }

    private static Path synthesized() throws IOException, InterruptedException {
        Path work = Directories.fresh("least-privilege");
        return new Synthesis(Directories.root()).run(work.resolve("cdk.out"), work.resolve("synth.log"));
    }
}
