package dev.millrace.benchmarks.flink;

import org.apache.flink.api.common.functions.AggregateFunction;

/// The average of each measure; the accumulator holds six sums and then six counts.
final class Averages implements AggregateFunction<TruckReading, double[], double[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public double[] createAccumulator() {
        return new double[2 * TruckReading.MEASURES];
    }

    @Override
    public double[] add(TruckReading reading, double[] sums) {
        for (int i = 0; i < TruckReading.MEASURES; i++) {
            if (!Double.isNaN(reading.values[i])) {
                sums[i] += reading.values[i];
                sums[TruckReading.MEASURES + i]++;
            }
        }
        return sums;
    }

    @Override
    public double[] getResult(double[] sums) {
        double[] averages = new double[TruckReading.MEASURES];
        for (int i = 0; i < averages.length; i++) {
            averages[i] = sums[i] / sums[TruckReading.MEASURES + i];
        }
        return averages;
    }

    @Override
    public double[] merge(double[] some, double[] others) {
        for (int i = 0; i < some.length; i++) {
            some[i] += others[i];
        }
        return some;
    }
}
