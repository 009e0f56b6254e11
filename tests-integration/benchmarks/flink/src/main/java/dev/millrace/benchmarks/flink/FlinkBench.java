package dev.millrace.benchmarks.flink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;

/// `FlinkBench FILE SECONDS`: runs the job over the file, again and again in one JVM, at parallelism 1, until throughput
/// changes by less than 5 % from one run to the next, and then for so many seconds; prints the median as one line of JSON.
/// The time is from the first message out of the source to the last window into the sink: starting and stopping the
/// cluster is left out, in Flink's favour. So are checkpoints, and object reuse is on.
public final class FlinkBench {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    /// The allowed lateness of the device type `truck`.
    private static final Duration LATENESS = Duration.ofMinutes(30);
    private static final double STEADY_CHANGE = 0.05;
    private static final int WARM_UP_RUNS_MIN = 3;
    private static final int WARM_UP_RUNS_MAX = 20;
    private static final Duration WARM_UP_MAX = Duration.ofMinutes(2);
    private static final int MEASURED_RUNS_MIN = 3;

    private static byte[][] payloads = {};

    private FlinkBench() {
    }

    /// Exit code 2: wrong arguments.
    public static void main(String[] args) throws Exception {
        if (args.length != 2 || !Files.isRegularFile(Path.of(args[0])) || !args[1].matches("[1-9][0-9]{0,4}")) {
            System.err.println("flink-bench: expected FILE SECONDS");
            System.exit(2);
        }
        payloads = read(Path.of(args[0]));
        warmUp();
        List<Speed> measured = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(args[1])).toNanos();
        while (measured.size() < MEASURED_RUNS_MIN || System.nanoTime() < end) {
            measured.add(run());
            System.err.printf("flink measured %d: %,.0f readings/s%n", measured.size(), measured.getLast().perSecond);
        }
        System.out.printf(Locale.ROOT, "{\"readings\":%d,\"readings_per_second\":%.0f,\"readings_per_cpu_second\":%.0f,\"accepted\":%d,\"duplicate\":%d,\"rejected\":%d,\"windows\":%d}%n",
                Tallies.readings(), median(measured, Speed::perSecond), median(measured, Speed::perCpuSecond), Tallies.ACCEPTED.sum(), Tallies.DUPLICATE.sum(), Tallies.REJECTED.sum(),
                Tallies.WINDOWS.sum());
    }

    private static double median(List<Speed> measured, ToDoubleFunction<Speed> figure) {
        return measured.stream().mapToDouble(figure).sorted().toArray()[measured.size() / 2];
    }

    /// ISO 8859-1 keeps every byte as it is.
    private static byte[][] read(Path file) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            lines.add(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        return lines.toArray(byte[][]::new);
    }

    private static void warmUp() throws Exception {
        long end = System.nanoTime() + WARM_UP_MAX.toNanos();
        double before = 0;
        for (int run = 1; run <= WARM_UP_RUNS_MAX; run++) {
            double now = run().perSecond;
            System.err.printf("flink warm-up %d: %,.0f readings/s%n", run, now);
            if (run >= WARM_UP_RUNS_MIN && (Math.abs(now / before - 1) < STEADY_CHANGE || System.nanoTime() > end)) {
                return;
            }
            before = now;
        }
    }

    private static byte[] payload(long index) {
        Tallies.begin();
        return payloads[(int) index];
    }

    /// @param perSecond    readings of wall time
    /// @param perCpuSecond readings of processor time, of all threads of the JVM
    private record Speed(double perSecond, double perCpuSecond) {
    }

    private static Speed run() throws Exception {
        Tallies.reset();
        var configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        flink.getConfig().enableObjectReuse();
        var source = new DataGeneratorSource<byte[]>(FlinkBench::payload, payloads.length, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        SingleOutputStreamOperator<TruckReading> once = flink.fromSource(source, WatermarkStrategy.noWatermarks(), "file")
                .flatMap(new Parse())
                .assignTimestampsAndWatermarks(WatermarkStrategy.<TruckReading>forBoundedOutOfOrderness(LATENESS)
                        .withTimestampAssigner((reading, _) -> reading.takenAtMillis))
                .keyBy(TruckReading::getThing)
                .process(new Deduplicate());
        // by the same key still: a second exchange would cost, and do nothing
        DataStreamUtils.reinterpretAsKeyedStream(once, TruckReading::getThing)
                .window(TumblingEventTimeWindows.of(WINDOW))
                .aggregate(new Averages())
                .filter(new Finish())
                .sinkTo(new DiscardingSink<>());
        flink.execute("truck averages");
        return new Speed(1e9 * Tallies.readings() / (Tallies.LAST_NANOS.get() - Tallies.FIRST_NANOS.get()),
                1e9 * Tallies.readings() / (Tallies.LAST_CPU_NANOS.get() - Tallies.FIRST_CPU_NANOS.get()));
    }
}
