package dev.millrace.benchmarks.flink;

import org.apache.flink.api.common.functions.RichFilterFunction;

/// Before the sink: counts windows, and stamps the end of the job's work.
final class Finish extends RichFilterFunction<double[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean filter(double[] averages) {
        Tallies.WINDOWS.increment();
        return true;
    }

    @Override
    public void close() {
        Tallies.end();
    }
}
