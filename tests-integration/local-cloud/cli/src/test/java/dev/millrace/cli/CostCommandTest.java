package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CostCommandTest {
    private static final Path ROOT = Path.of("../../..");
    private static final Pattern TABLE = Pattern.compile("```console\\n\\$ \\./millrace (cost [^\\n]*)\\n(.*?)```", Pattern.DOTALL);

    @BeforeAll
    static void theProjectIsHere() {
        System.setProperty("millrace.root", ROOT.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cost                                  | Missing required option: '--things=N'
            cost --things 0                       | --things must be 1 to 10000000: 0
            cost --things many                    | Invalid value for option '--things': 'many' is not a long
            cost --things 1 --interval 0          | --interval must be 0.01 to 86400.0 s: 0.0
            cost --things 1 --interval NaN        | --interval must be 0.01 to 86400.0 s: NaN
            cost --things 1 --pack 1001           | --pack must be 1 to 1000: 1001
            cost --things 1 --type toaster        | unknown device type 'toaster', expected one of [environment, machine, truck]
            cost --things 1 --format xml          | expected one of [json, protobuf]
            cost --things 1 --ingest-window 301   | --ingest-window must be 0 to 300: 301
            cost --things 1 --ingest-batch 0      | --ingest-batch must be 1 to 10000: 0
            cost --things 1 --lateness 0          | --lateness must be 1 to 1440: 0
            cost --things 1 --ingest-ms 0         | --ingest-ms must be over 0 to 900000: 0.0
            cost --things 1 --color red           | Unknown options: '--color', 'red'
            """)
    void wrongArgumentsEndWithExitCode2AndSayWhatWasExpected(String arguments, String message) {
        var errors = new StringWriter();

        int exitCode = new CommandLine(new Millrace()).setErr(new PrintWriter(errors, true)).execute(arguments.trim().split(" +"));

        assertThat(exitCode).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }

    @Test
    void theTablesInTheDocumentAreWhatTheCommandPrints() throws Exception {
        Matcher tables = TABLE.matcher(Files.readString(ROOT.resolve("docs/cost.md")));
        int count = 0;
        while (tables.find()) {
            assertThat(tables.group(2)).as(tables.group(1)).isEqualTo(printed(tables.group(1)));
            count++;
        }
        assertThat(count).as("tables in docs/cost.md").isGreaterThanOrEqualTo(6);
    }

    private static String printed(String command) {
        var out = new StringWriter();
        int exitCode = new CommandLine(new Millrace()).setCaseInsensitiveEnumValuesAllowed(true).setOut(new PrintWriter(out, true)).execute(command.split(" "));
        assertThat(exitCode).isZero();
        return out.toString();
    }
}
