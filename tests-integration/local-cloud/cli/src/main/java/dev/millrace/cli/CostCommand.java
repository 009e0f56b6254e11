package dev.millrace.cli;

import dev.millrace.cost.Bill;
import dev.millrace.cost.CostModel;
import dev.millrace.cost.Fleet;
import dev.millrace.cost.Flow;
import dev.millrace.cost.PriceSheet;
import dev.millrace.events.DeviceTypes;
import dev.millrace.local.meter.CloudMeter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace cost`.
@Command(name = "cost", sortOptions = false, description = {
    "What a fleet costs on AWS in a month, line by line, by formulas; see docs/cost.md.",
    "A metered run on the local cloud holds the formulas to what is really used."})
final class CostCommand implements Callable<Integer> {
    @Option(names = "--things", required = true, paramLabel = "N", description = "1 to 10000000")
    private long things;
    @Option(names = "--interval", defaultValue = "1", paramLabel = "S", description = "seconds between two readings of a thing, 0.01 to 86400; default ${DEFAULT-VALUE}")
    private double intervalSeconds;
    @Option(names = "--pack", defaultValue = "1", paramLabel = "K", description = "readings a pack, 1 to 1000; default ${DEFAULT-VALUE}")
    private int pack;
    @Option(names = "--type", defaultValue = "truck", paramLabel = "TYPE", description = "device type: environment, machine or truck; default ${DEFAULT-VALUE}")
    private String type;
    @Option(names = "--format", defaultValue = "json", paramLabel = "NAME", description = "of the packs: json or protobuf; default ${DEFAULT-VALUE}")
    private Fleet.Format format;
    @Option(names = "--ingest-window", paramLabel = "S", description = "seconds that a batch for ingest gathers, 0 to 300; default: cdk.json's ingestWindowSeconds")
    private Optional<Integer> ingestWindow;
    @Option(names = "--ingest-batch", paramLabel = "N", description = "records a batch for ingest, 1 to 10000; default: cdk.json's ingestBatchSize")
    private Optional<Integer> ingestBatch;
    @Option(names = "--lateness", paramLabel = "MIN", description = "minutes that panes stay open for late readings, 1 to 1440; default: the type's")
    private Optional<Integer> lateness;
    @Option(names = "--ingest-ms", defaultValue = "100", paramLabel = "MS", description = "a batch of ingest, over 0 to 900000; default ${DEFAULT-VALUE}")
    private double ingestMillis;
    @Option(names = "--archive-ms", defaultValue = "150", paramLabel = "MS", description = "a batch of archive; default ${DEFAULT-VALUE}")
    private double archiveMillis;
    @Option(names = "--compact-ms", defaultValue = "5000", paramLabel = "MS", description = "a run of compact; default ${DEFAULT-VALUE}")
    private double compactMillis;
    @Option(names = "--sweep-ms", defaultValue = "500", paramLabel = "MS", description = "a run of sweep; default ${DEFAULT-VALUE}")
    private double sweepMillis;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PriceSheet sheet = PriceSheet.shipped();
        CostModel model;
        try {
            var fleet = new Fleet(things, intervalSeconds, pack, DeviceTypes.shipped().require(type), format);
            model = new CostModel(lateness.map(fleet::withLateness).orElse(fleet), flow());
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
        }
        out.printf("%,d things of type %s, a reading every %s s, %d a pack, %s; %d shards; a month of %.0f hours%n", things, type,
                Double.toString(intervalSeconds).replaceFirst("\\.0$", ""), pack, format, model.shards(), CloudMeter.HOURS_OF_MONTH);
        out.printf("Prices of %s, %s, in US dollars; ? is not verified, see docs/verify-on-aws.md%n", sheet.region(), sheet.date());
        Bill bill = Bill.of(model.month(), sheet);
        out.print(BillText.of(bill, 0));
        double readings = things / intervalSeconds * CloudMeter.HOURS_OF_MONTH * 3_600;
        out.printf("  a thing %s a month, a million readings %s%n", BillText.dollars(bill.total() / things), BillText.dollars(bill.total() / readings * 1e6));
        out.flush();
        return 0;
    }

    private Flow flow() throws IOException {
        Path cdkJson = Path.of(System.getProperty("millrace.root", ".")).resolve("cdk/cdk.json");
        Flow flow = Flow.of(cdkJson, new Flow.Durations(ingestMillis, archiveMillis, compactMillis, sweepMillis));
        Flow windowed = ingestWindow.map(flow::withIngestWindow).orElse(flow);
        return ingestBatch.map(windowed::withIngestBatch).orElse(windowed);
    }
}
