package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Over a repository of its own, by the git of the machine.
class SchemaCommandTest {
    private static final String PUMP = SchemaCheck.DEVICE_TYPES + "/pump.v1.json";
    private static final String PACK = SchemaCheck.PROTO + "/dev/millrace/events/pack.v1.proto";
    private static final String SAMPLE = SchemaCheck.SAMPLES + "/pump.json";
    private static final String TYPE = """
            {"name":"pump","title":"Pump","pane":"PT1M","allowed_lateness":"PT10M","max_age":"P2D","max_skew":"PT5M","measures":[
            {"name":"flow_lpm","unit":"l/min","min":0,"max":10},
            {"name":"head_m","unit":"m","min":-5,"max":50}
            ]}""";
    private static final String PROTO_FILE = """
            syntax = "proto3";
            // message Old { string gone = 1; } is a comment
            message Pack {
              reserved 4, 7 to 8, "colour";
              uint32 version = 1;
              string device = 2; /* whose */
              repeated double values = 3;
            }
            """;

    @TempDir
    private Path root;

    @BeforeEach
    void aRepositoryWithOneTypeOneFormatAndOneSample() throws Exception {
        git("init", "-q", "-b", "trunk");
        write(PUMP, TYPE);
        write(PACK, PROTO_FILE);
        write(SAMPLE, "{}");
        commit();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nothing             | "title":"Pump"  | "title":"Pump"
            another title       | "title":"Pump"  | "title":"Feed pump"
            appended            | "max":50}       | "max":50},{"name":"power_kw","unit":"kW","min":0,"max":9}
            retired             | "max":10}       | "max":10,"retired":true}
            a wider range       | "min":-5        | "min":-50.5
            later still taken   | "P2D"           | "P3D"
            """)
    void whatReadersSurviveIsAccepted(String change, String from, String to) throws Exception {
        write(PUMP, TYPE.replace(from, to));

        check("--against", "HEAD").says(0, "against ", "nothing that readers would not survive");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            removed          | {"name":"flow_lpm","unit":"l/min","min":0,"max":10}, | `` | pump.flow_lpm | put it back with "retired": true
            renamed          | "name":"flow_lpm" | "name":"flow" | pump.flow_lpm      | put it back with "retired": true
            inserted         | {"name":"head_m"  | {"name":"x_m","unit":"m","min":0,"max":1},{"name":"head_m" | pump.x_m | move it behind head_m
            reordered        | "measures":[      | "measures":[{"name":"head_m","unit":"m","min":-5,"max":50}, | pump.flow_lpm | put the order back
            another unit     | "unit":"m"        | "unit":"ft"   | pump.head_m.unit   | a measure in another unit is another measure
            another name     | "name":"pump"     | "name":"pumps" | pump.name         | the type's name names its tables
            a higher minimum | "min":-5          | "min":-4      | pump.head_m.min    | acknowledge it with --allow pump.head_m.min
            a lower maximum  | "max":10          | "max":9.5     | pump.flow_lpm.max  | acknowledge it with --allow pump.flow_lpm.max
            a shorter age    | "P2D"             | "P1D"         | pump.max_age       | acknowledge it with --allow pump.max_age
            a shorter skew   | "PT5M"            | "PT4M"        | pump.max_skew      | acknowledge it with --allow pump.max_skew
            less lateness    | "PT10M"           | "PT9M"        | pump.allowed_lateness | acknowledge it with --allow pump.allowed_lateness
            another pane     | "PT1M"            | "PT5M"        | pump.pane          | acknowledge it with --allow pump.pane
            """)
    void whatReadersDoNotSurviveIsRefusedWithFileMeasureAndRemedy(String change, String from, String to, String id, String remedy) throws Exception {
        String changed = change.equals("reordered") ? TYPE.replace(",\n{\"name\":\"head_m\",\"unit\":\"m\",\"min\":-5,\"max\":50}", "").replace(from, to) : TYPE.replace(from, to);
        assertThat(changed).isNotEqualTo(TYPE);
        write(PUMP, changed);

        check("--against", "HEAD").says(1, PUMP + ": " + id + "\n  was: ", remedy, "refused: ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            another type      | uint32 version = 1;         | uint64 version = 1;               | Pack.version | a number keeps its name and type for ever
            another name      | string device = 2;          | string thing = 2;                 | Pack.device  | a number keeps its name and type for ever
            another label     | repeated double values = 3; | double values = 3;                | Pack.values  | a number keeps its name and type for ever
            removed           | string device = 2;          | ``                                | Pack.device  | reserved 2, "device"
            half reserved     | string device = 2;          | reserved 2;                       | Pack.device  | reserved 2, "device"
            a reserved number | string device = 2;          | string device = 2; bytes raw = 8; | Pack.raw     | what is reserved is never used again
            a reserved name   | string device = 2;          | string device = 2; bytes colour = 9; | Pack.colour | what is reserved is never used again
            freed             | reserved 4, 7 to 8,         | reserved 4, 7,                    | Pack.8       | reserve it again
            """)
    void aFieldKeepsItsNumberNameAndType(String change, String from, String to, String id, String remedy) throws Exception {
        write(PACK, PROTO_FILE.replace(from, to));

        check("--against", "HEAD").says(1, PACK + ": " + id + "\n  was: ", remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            string device = 2;          | string device = 2; bytes raw = 9;
            string device = 2;          | reserved 2, "device";
            string device = 2; /* whose */ | string device = 2; // of whom
            """)
    void aFormatMayGrowAndReserve(String from, String to) throws Exception {
        write(PACK, PROTO_FILE.replace(from, to));

        check("--against", "HEAD").says(0, "nothing that readers would not survive");
    }

    @Test
    void aFileThatIsGoneAndASampleThatIsBentAreRefused() throws Exception {
        Files.delete(root.resolve(PUMP));
        write(SAMPLE, "{ }");

        check("--against", "HEAD").says(1, PUMP + ": file", SAMPLE + ": sample", "refused: 2 of the changes above");
    }

    @Test
    void whatOnlyRejectsMoreReadingsCanBeAcknowledgedByNameAndNothingElse() throws Exception {
        write(PUMP, TYPE.replace("\"max\":10}", "\"max\":9}").replace("\"unit\":\"m\"", "\"unit\":\"ft\""));

        check("--against", "HEAD", "--allow", "pump.flow_lpm.max").says(1, "acknowledged: pump.flow_lpm.max, 10.0 -> 9.0", "refused: 1 of");
        check("--against", "HEAD", "--allow", "pump.head_m.unit").says(2, "--allow names nothing that can be acknowledged: [pump.head_m.unit]");
    }

    @Test
    void onABranchTheCheckIsAgainstWhereItLeftTheMainOne() throws Exception {
        git("branch", "main");
        write(PUMP, TYPE.replace("\"max\":10}", "\"max\":9}"));
        commit();
        write(PUMP, TYPE.replace("\"max\":10}", "\"max\":8}"));
        commit();

        check().says(1, "was: 10.0", "is:  8.0");
    }

    @Test
    void onTheMainBranchItIsAgainstTheCommitBefore() throws Exception {
        write(PUMP, TYPE.replace("\"max\":10}", "\"max\":9}"));
        commit();
        write(PUMP, TYPE.replace("\"max\":10}", "\"max\":8}"));
        commit();
        git("branch", "main");

        check().says(1, "was: 9.0", "is:  8.0");
    }

    @Test
    void whatCannotBeComparedIsNamed() throws Exception {
        check("--against", "v99").says(2, "no such revision", "'v99'");
        check("--against", "HEAD", "--git", "no-such-git").says(2, "no-such-git cannot be started, is it on the PATH?");
        write(PUMP, "[]");
        check("--against", "HEAD").says(2, PUMP + ": file must be START_OBJECT: START_ARRAY");
        write(PUMP, TYPE);
        write(PACK, PROTO_FILE.replace("string device = 2;", "map<string, double> device = 2;"));
        check("--against", "HEAD").says(2, PACK + ", message Pack: expected a field or reserved: 'map<string, double> device = 2'");
    }

    @Test
    void theFilesOfThisProjectAreRead() throws Exception {
        Path project = Path.of("").toAbsolutePath();
        while (!Files.exists(project.resolve(PACK))) {
            project = project.getParent();
        }
        for (Path file : List.of(Path.of(PACK), Path.of(SchemaCheck.DEVICE_TYPES, "machine.v1.json"))) {
            write(file.toString(), Files.readString(project.resolve(file)));
        }
        commit();

        check("--against", "HEAD").says(0, "nothing that readers would not survive");
        write(PACK, Files.readString(project.resolve(PACK)).replace("uint64 seq = 5", "sint64 seq = 5"));
        check("--against", "HEAD").says(1, "Pack.seq");
    }

    private record Outcome(int exitCode, String output) {
        void says(int expected, String... texts) {
            assertThat(output).contains(texts);
            assertThat(exitCode).as(output).isEqualTo(expected);
        }
    }

    private Outcome check(String... arguments) {
        List<String> all = new ArrayList<>(List.of("schema", "check", "--root", root.toString()));
        all.addAll(List.of(arguments));
        var output = new StringWriter();
        var writer = new PrintWriter(output, true);
        int exitCode = new CommandLine(new Millrace()).setOut(writer).setErr(writer).execute(all.toArray(String[]::new));
        return new Outcome(exitCode, output.toString());
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private void commit() throws Exception {
        git("add", "-A");
        git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--no-gpg-sign", "-m", "state");
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("git %s: %s", List.of(arguments), output).isZero();
    }
}
