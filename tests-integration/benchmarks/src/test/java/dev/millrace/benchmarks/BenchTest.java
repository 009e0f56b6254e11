package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
    private static final Duration MOMENT = Duration.ofMillis(1);
    @TempDir
    private Path folder;
    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeEach
    void captureErrors() {
        System.setErr(new PrintStream(errors, true, UTF_8));
    }

    @AfterEach
    void releaseErrors() {
        System.setErr(standardError);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--threads 1                                      | either --input FILE or --generate FILE or --matrix",
        "--input pom.xml --generate x                     | either --input FILE or --generate FILE or --matrix",
        "--input no-such-file                             | --input must name a readable file: no-such-file",
        "--input pom.xml --threads 0                      | --threads not in 1..256: 0",
        "--input pom.xml --seconds 0                      | --seconds not in 1..86400: 0",
        "--input pom.xml --threads many                   | Invalid value for option '--threads'",
        "--input pom.xml --format xml                     | Invalid value for option '--format'",
        "--input pom.xml --flink --json                   | --flink adds to the table: not together with --json",
        "--input pom.xml --flink                          | the Flink job is not built: mvn -q -Pflink",
        "--archive --generate x                           | --archive needs --input FILE",
        "--input pom.xml --archive --threads 2            | not together with --threads",
        "--input no-such-file --archive                   | --input must name a readable file: no-such-file",
        "--generate x --readings 0                        | --readings not in 1..1000000000: 0",
        "--generate x --pack 1001                         | --pack not in 1..1000: 1001",
        "--generate x --things 0                          | --things not in 1..1000000: 0",
        "--generate x --malformed 1.5                     | --malformed must be a share from 0 to 1: 1.5",
        "--generate x --out-of-range NaN                  | --out-of-range must be a share from 0 to 1: NaN",
        "--fast                                           | Unknown option: '--fast'"})
    void wrongArgumentsEndWithTwoAndSayWhatIsWrong(String arguments, String message) {
        assertThat(Bench.execute(arguments.split(" "))).isEqualTo(2);

        assertThat(errors.toString(UTF_8)).contains(message);
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        Path one = folder.resolve("one.jsonl");
        Path same = folder.resolve("same.jsonl");
        Path other = folder.resolve("other.jsonl");
        new TruckFile(500, 3, 10, 7, 0.1, 0.1, 0.1).write(one);
        new TruckFile(500, 3, 10, 7, 0.1, 0.1, 0.1).write(same);
        new TruckFile(500, 3, 10, 8, 0.1, 0.1, 0.1).write(other);

        assertThat(one).hasSameBinaryContentAs(same);
        assertThat(Files.mismatch(one, other)).isNotNegative();
    }

    @Test
    void everyReadingOfAFileIsCountedAsTheGeneratorSays() throws IOException, InterruptedException {
        assertCounts(new TruckFile(2_000, 1, 50, 1, 0.05, 0.02, 0.03), 1, Format.JSON);
    }

    @Test
    void aDuplicateInALaterEventIsFoundByTheStateInBetween() throws IOException, InterruptedException {
        assertCounts(new TruckFile(11_000, 1, 50, 3, 0.5, 0.001, 0.001), 1, Format.JSON);
    }

    @Test
    void packsOnThreeShardsAreCountedAsTheGeneratorSays() throws IOException, InterruptedException {
        assertCounts(new TruckFile(4_000, 10, 50, 2, 0.05, 0.02, 0.03), 3, Format.JSON);
    }

    @Test
    void theSameIsCountedOfProtobuf() throws IOException, InterruptedException {
        assertCounts(new TruckFile(2_000, 10, 50, 2, 0.05, 0.02, 0.03), 1, Format.PROTOBUF);
    }

    private void assertCounts(TruckFile file, int threads, Format format) throws IOException, InterruptedException {
        Path input = folder.resolve("input.jsonl");
        Counts expected = file.write(input);
        assertThat(expected.duplicate()).isPositive();
        assertThat(expected.rejected()).isPositive();
        List<String> progress = new ArrayList<>();

        BenchResult result = Bench.measurement(input, threads, format, new Measurement.Pace(MOMENT, MOMENT, MOMENT), progress::add).run();

        assertThat(result.counts()).isEqualTo(expected);
        for (BenchResult.Figures figures : List.of(result.encoded(), result.clients())) {
            assertThat(figures.readingsPerSecond()).isPositive();
            assertThat(figures.bytesAllocatedPerReading()).isPositive();
            assertThat(figures.sentBytesPerReading()).isGreaterThan(100);
        }
        assertThat(result.tokeniseReadingsPerSecond()).isPositive();
        assertThat(progress).anyMatch(line -> line.startsWith("warm-up 3: ")).anyMatch(line -> line.startsWith("measured 3: "));
    }
}
