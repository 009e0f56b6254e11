package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cost.Bill;
import dev.millrace.cost.CostModel;
import dev.millrace.cost.Fleet;
import dev.millrace.cost.Flow;
import dev.millrace.cost.PriceSheet;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Topics;
import dev.millrace.local.meter.BilledUnit;
import dev.millrace.local.meter.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;

/// What the formulas of `./millrace cost` say, held against what the local cloud meters of a fleet with the same numbers.
@Timeout(180)
class MeteredRunTest {
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final int THINGS = 400;
    private static final int PACK = 8;
    private static final double INTERVAL_SECONDS = 2.5;
    private static final int ROUNDS = 3;
    private static final double SECONDS = ROUNDS * PACK * INTERVAL_SECONDS;
    /// Of the cost: what is less cannot spoil a bill.
    private static final double TRIFLE = 0.01;

    private static SharedCloud cloud;

    @BeforeAll
    static void start() throws Exception {
        cloud = SharedCloud.alone("metered");
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void everyLineOfARunIsWithinFivePercentOfTheFormulas() throws Exception {
        cloud.awaitDrained();
        Usage before = cloud.cloud().usage();

        sendRoundByRound();
        Usage metered = cloud.cloud().usage().since(before);

        var durations = new Flow.Durations(secondsABatch(metered, "ingest") * 1_000, secondsABatch(metered, "archive") * 1_000, 5_000, 500);
        Flow flow = Flow.of(Directories.root().resolve("cdk/cdk.json"), durations);
        Usage foreseen = new CostModel(new Fleet(THINGS, INTERVAL_SECONDS, PACK, TRUCK, Fleet.Format.json), flow).firstReadings(SECONDS);
        Bill bill = Bill.of(metered, PriceSheet.shipped());
        double growing = bill.growing();
        for (Bill.Line line : bill.lines()) {
            double expected = foreseen.amount(line.unit(), line.part());
            System.out.printf("%-26s %-9s metered %14.6f foreseen %14.6f (%+.1f %%), %.2f %% of the cost%n", line.unit(), line.part(), line.amount(), expected,
                    100 * (expected / line.amount() - 1), 100 * line.dollars() / growing);
        }
        for (Bill.Line line : bill.lines()) {
            if (!line.isFixed() && !isByBatches(line.unit()) && line.dollars() > TRIFLE * growing) {
                assertThat(foreseen.amount(line.unit(), line.part())).as("%s %s", line.unit(), line.part()).isCloseTo(line.amount(), Percentage.withPercentage(5));
            }
        }
        assertThat(metered.amount(BilledUnit.KINESIS_PUT_UNITS)).isEqualTo(foreseen.amount(BilledUnit.KINESIS_PUT_UNITS));
        for (String function : List.of("ingest", "archive")) {
            assertThat(secondsABatch(foreseen, function)).as(function).isCloseTo(secondsABatch(metered, function), Percentage.withPercentage(5));
        }
        assertThat(bill.lines().stream().filter(line -> !line.isFixed() && !isByBatches(line.unit()) && line.dollars() > TRIFLE * growing)).as("lines that matter").hasSizeGreaterThan(4);
    }

    /// How many batches are cut depends on how fast this machine is; what one costs does not.
    private static boolean isByBatches(BilledUnit unit) {
        return switch (unit) {
            case LAMBDA_REQUESTS, LAMBDA_GB_SECONDS, CLOUDWATCH_LOGS, S3_WRITES -> true;
            default -> false;
        };
    }

    private static double secondsABatch(Usage usage, String function) {
        return usage.amount(BilledUnit.LAMBDA_GB_SECONDS, function) / usage.amount(BilledUnit.LAMBDA_REQUESTS, function);
    }

    @Test
    void rulesAndActionsAreMeteredAsTheFormulasSay() throws Exception {
        cloud.awaitDrained();
        Usage before = cloud.cloud().usage();
        String thing = SharedCloud.METERED;
        int packs = 6;
        int readings = 40;
        try (var device = new SdkDevice(cloud.cloud(), thing, thing)) {
            assertThat(device.nextEvent()).isEqualTo(SdkDevice.CONNECTED);
            for (int i = 0; i < packs; i++) {
                byte[] payload = pack(thing, System.currentTimeMillis(), 1 + i * readings, readings, 0.01);
                assertThat(device.publish(Topics.telemetry(cloud.stage().deployed().output("RuleName"), thing, "truck"), payload)).isEqualTo(PubAckReasonCode.SUCCESS);
            }
        }
        cloud.awaitDrained();

        Usage metered = cloud.cloud().usage().since(before);
        Flow flow = Flow.of(Directories.root().resolve("cdk/cdk.json"), Flow.Durations.DEFAULT);
        Usage foreseen = new CostModel(new Fleet(1, 0.01, readings, TRUCK, Fleet.Format.json), flow).firstReadings(packs * readings * 0.01);
        assertThat(metered.amount(BilledUnit.IOT_RULES_TRIGGERED)).isEqualTo(foreseen.amount(BilledUnit.IOT_RULES_TRIGGERED)).isEqualTo(2 * packs);
        assertThat(metered.amount(BilledUnit.IOT_ACTIONS)).isEqualTo(foreseen.amount(BilledUnit.IOT_ACTIONS));
        assertThat(metered.amount(BilledUnit.IOT_MESSAGES)).as("CONNECT alone: Basic Ingest is no message").isEqualTo(1);
        assertThat(metered.amount(BilledUnit.IOT_CONNECTION_MINUTES)).isPositive();
    }

    /// A pack of each thing, straight into the stream as the topic rule would, and the next ones when these are taken: so that
    /// no batch has two packs of a thing, however busy this machine is. All of one minute of event time.
    private static void sendRoundByRound() throws Exception {
        long minute = Duration.ofMinutes(1).toMillis();
        long startMillis = System.currentTimeMillis() / minute * minute - minute;
        for (int round = 0; round < ROUNDS; round++) {
            List<Payload> payloads = new ArrayList<>();
            for (int thing = 0; thing < THINGS; thing++) {
                String name = "truck-7%04d".formatted(thing);
                payloads.add(new Payload(name, pack(name, startMillis + Math.round(round * PACK * INTERVAL_SECONDS * 1_000), 1 + round * PACK, PACK, INTERVAL_SECONDS)));
            }
            cloud.putByKey(payloads);
            cloud.awaitDrained();
        }
    }

    private static byte[] pack(String thing, long fromMillis, int firstSeq, int count, double intervalSeconds) {
        var random = new SplittableRandom(thing.hashCode() + firstSeq);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var measures = new TreeMap<String, Double>();
            TRUCK.measures().forEach(measure -> measures.put(measure.name(), Math.rint(random.nextDouble(measure.min(), measure.max()) * 10) / 10));
            readings.add(new Reading(new ReadingId(thing, 1, firstSeq + i), fromMillis + Math.round(i * intervalSeconds * 1_000), measures));
        }
        return PackCodec.jsonV1().encode(new Pack(thing, "truck", 1, readings));
    }
}
