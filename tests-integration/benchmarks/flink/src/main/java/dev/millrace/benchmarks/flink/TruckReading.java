package dev.millrace.benchmarks.flink;

/// One reading on its way through the job: public, mutable and flat, so that Flink takes its fast serializer for POJOs.
public final class TruckReading {
    /// In the order of [#RANGES].
    public static final int MEASURES = 6;
    /// Minimum and maximum of speed_kmh, rpm, coolant_c, fuel_pct, lat, lon: those of the device type `truck`.
    static final double[][] RANGES = {{0, 180}, {0, 4_000}, {-60, 150}, {0, 100}, {-90, 90}, {-180, 180}};

    public String thing;
    public long epoch;
    public long seq;
    public long takenAtMillis;
    public double[] values;

    /// For Flink.
    public TruckReading() {
    }

    /// Measures that are missing become NaN.
    TruckReading(String thing, long epoch, TruckMessage.Sample sample) {
        TruckMessage.Measures measures = sample.measures();
        this.thing = thing;
        this.epoch = epoch;
        this.seq = sample.seq();
        this.takenAtMillis = sample.ts();
        this.values = new double[] {value(measures.speedKmh()), value(measures.rpm()), value(measures.coolantC()),
            value(measures.fuelPct()), value(measures.lat()), value(measures.lon())};
    }

    private static double value(Double measured) {
        return measured == null ? Double.NaN : measured;
    }

    boolean isPlausible() {
        for (int i = 0; i < MEASURES; i++) {
            if (values[i] < RANGES[i][0] || values[i] > RANGES[i][1]) {
                return false;
            }
        }
        return true;
    }

    /// Read by Flink's key selector.
    public String getThing() {
        return thing;
    }
}
