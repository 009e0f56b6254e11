package dev.millrace.cli;

import dev.millrace.compact.Replay;
import dev.millrace.compact.ReplayOutcome;
import dev.millrace.compact.ReplayRange;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.local.ChildFailed;
import dev.millrace.timestream.TimestreamSeries;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// `millrace replay`. Exit code 0: all is stored as today's code would store it, or is now; 1: something is not, and is named;
/// 2: wrong arguments, or a cloud that cannot be asked.
@Command(name = "replay", sortOptions = false, description = {
    "Runs what has landed through the code of this project, holds it against what is stored, and mends what differs.",
    "Made of it is a shadow in the lake, under replay/. With --environment: of a running cloud, AWS or a kept demo",
    "(AWS_ENDPOINT_URL), asked with the usual credentials and region. Without: of the lake that the last demo left."})
final class ReplayCommand implements Callable<Integer> {
    /// Of the memory that the JVM may have; a replay takes three times as much.
    private static final int BUFFER_SHARE = 8;
    private static final long BUFFER_BYTES_MIN = 16L << 20;
    /// Says at every start which instructions of the processor it uses. A logger is forgotten unless somebody holds it.
    private static final Logger PARQUET_READER = Logger.getLogger("dev.hardwood");

    @Option(names = "--from", required = true, paramLabel = "T", converter = ArrivalOption.class, description = "arrival at the stream, included, as 2026-11-27T10:00:00Z")
    private Instant from;
    @Option(names = "--to", required = true, paramLabel = "T", converter = ArrivalOption.class, description = "arrival at the stream, excluded")
    private Instant to;
    @Option(names = "--thing", paramLabel = "X", description = "of one thing alone")
    private Optional<String> thing;
    @Option(names = "--type", paramLabel = "NAME", description = "of one device type alone; may be given again")
    private List<String> types = new ArrayList<>();
    @Option(names = "--dry-run", description = "mends nothing: writes the shadow and no more")
    private boolean isDryRun;
    @Option(names = "--environment", paramLabel = "NAME", description = "finds bucket and databases by the names that CDK gave them")
    private Optional<String> environment;
    @Option(names = "--lake-bucket", paramLabel = "NAME", description = "the stack's output LakeBucket, if its name does not tell")
    private Optional<String> lakeBucket;
    @Option(names = "--no-hot-store", description = "for an environment whose hotStore is none")
    private boolean isWithoutHotStore;
    @Option(names = "--work", paramLabel = "DIR", description = "of the demo; default .millrace/demo in the project")
    private Optional<Path> work;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// An instant of arrival.
    static final class ArrivalOption implements CommandLine.ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException _) {
                throw new CommandLine.TypeConversionException("expected an instant as 2026-11-27T10:00:00Z: " + text);
            }
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (work.isPresent() && environment.isPresent()) {
            throw wrong("expected one of --environment NAME and --work DIR");
        }
        try {
            PARQUET_READER.setLevel(Level.WARNING);
            var range = new ReplayRange(from, to, thing);
            List<DeviceType> chosen = chosen();
            return environment.isPresent() ? ofCloud(environment.get(), range, chosen) : ofDemo(range, chosen);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        } catch (SdkException | ChildFailed | IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("millrace replay: " + e.getMessage());
            err.flush();
            return Millrace.USAGE;
        }
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private List<DeviceType> chosen() {
        return types.isEmpty() ? List.copyOf(DeviceTypes.shipped().all()) : types.stream().map(DeviceTypes.shipped()::require).toList();
    }

    private int ofCloud(String name, ReplayRange range, List<DeviceType> chosen) throws IOException {
        try (S3Client s3 = S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
                TimestreamQueryClient query = TimestreamQueryClient.builder().httpClient(UrlConnectionHttpClient.create()).build()) {
            String bucket = lakeBucket.orElseGet(() -> CloudNames.lakeBucket(s3, name));
            Optional<Replay.HotStore> hotStore = isWithoutHotStore ? Optional.empty() : Optional.of(hotStore(query, CloudNames.timestreamDatabase(name)));
            return replay(Replay.Lake.ofAccount(CloudNames.glueDatabase(name), s3, bucket), hotStore, range, chosen);
        }
    }

    /// What is mended stands over all that was written before: versions are the time in milliseconds.
    private static Replay.HotStore hotStore(TimestreamQueryClient query, String database) {
        var stored = new HotStore(query, database, CloudNames.READINGS_TABLE, CloudNames.ROLLUPS_TABLE);
        var mending = TimestreamSeries.over(TimestreamWriteClient.builder().httpClient(UrlConnectionHttpClient.create()), database, CloudNames.READINGS_TABLE,
                CloudNames.ROLLUPS_TABLE, InstantSource.system().millis());
        return new Replay.HotStore(new TimestreamReadback(stored), mending);
    }

    /// Its hot store has gone with it.
    private int ofDemo(ReplayRange range, List<DeviceType> chosen) throws IOException, InterruptedException {
        try (DemoLake demo = DemoLake.open(work)) {
            String bucket = lakeBucket.orElseGet(() -> CloudNames.lakeBucket(demo.s3(), Synthesis.ENVIRONMENT));
            var lake = new Replay.Lake(LakeCatalog.catalog(demo.endpoint(), DemoLake.REGION, bucket), CloudNames.glueDatabase(Synthesis.ENVIRONMENT), demo.s3(), bucket);
            return replay(lake, Optional.empty(), range, chosen);
        }
    }

    private int replay(Replay.Lake lake, Optional<Replay.HotStore> hotStore, ReplayRange range, List<DeviceType> chosen) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long bufferBytes = Math.max(BUFFER_BYTES_MIN, Runtime.getRuntime().maxMemory() / BUFFER_SHARE);
        var replay = new Replay(lake, hotStore, bufferBytes, InstantSource.system(), line -> {
            err.println(line);
            err.flush();
        });
        List<ReplayOutcome> outcomes = new ArrayList<>();
        for (DeviceType type : chosen) {
            outcomes.add(replay.run(type, range, isDryRun));
        }
        boolean isSame = new ReplayReport(outcomes, range, hotStore.isPresent(), isDryRun).print(out);
        out.flush();
        return isSame ? 0 : 1;
    }
}
