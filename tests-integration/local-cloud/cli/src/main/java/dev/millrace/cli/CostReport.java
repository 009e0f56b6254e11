package dev.millrace.cli;

import dev.millrace.cost.Bill;
import dev.millrace.cost.CostModel;
import dev.millrace.cost.Fleet;
import dev.millrace.cost.Flow;
import dev.millrace.cost.PriceSheet;
import dev.millrace.events.DeviceTypes;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.meter.BilledUnit;
import dev.millrace.local.meter.Usage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What a run would have cost on AWS, and what 5,000 trucks would cost in a month.
///
/// @param usage     up to the moment when the stores are asked, so without the demo's own questions
/// @param unmetered operations that nobody counts, and how often they came
record CostReport(Usage usage, Map<String, Long> unmetered) {
    private static final long TRUCKS = 5_000;
    private static final String TRUCK = "truck";

    static CostReport of(LocalCloud cloud) throws IOException, InterruptedException {
        return new CostReport(cloud.usage(), cloud.unmetered());
    }

    /// @param readings that were taken
    void print(PrintStream out, Demo.Settings settings, long readings) throws IOException {
        PriceSheet sheet = PriceSheet.shipped();
        Bill bill = Bill.of(usage, sheet);
        out.printf("What this run would have cost on AWS, by what was metered; list prices of %s, %s, ? is not verified%n", sheet.region(), sheet.date());
        out.print(BillText.of(bill, readings));
        out.printf("  durations of functions are this machine's; stored data is taken to be kept for a month%n");
        if (!unmetered.isEmpty()) {
            out.printf("  not metered: %s%n", unmetered);
        }
        out.println();
        printTrucks(out, settings, readings, sheet);
    }

    private void printTrucks(PrintStream out, Demo.Settings settings, long readings, PriceSheet sheet) throws IOException {
        int pack = Math.clamp(Math.round(readings / Math.max(1, usage.amount(BilledUnit.KINESIS_PUT_UNITS))), 1, Fleet.PACK_MAX);
        double interval = settings.intervalMillis() / 1_000.0;
        Flow flow = Flow.of(settings.root().resolve(Path.of("cdk/cdk.json")), Flow.Durations.DEFAULT);
        var fleet = new Fleet(TRUCKS, interval, pack, DeviceTypes.shipped().require(TRUCK), Fleet.Format.valueOf(settings.format()));
        var model = new CostModel(fleet, flow);
        out.printf("%,d trucks for a month, by formulas: ./millrace cost --things %d --interval %s --pack %d --format %s (interval and pack are this run's); %d shards%n",
                TRUCKS, TRUCKS, interval, pack, settings.format(), model.shards());
        out.print(BillText.of(Bill.of(model.month(), sheet), 0));
    }
}
