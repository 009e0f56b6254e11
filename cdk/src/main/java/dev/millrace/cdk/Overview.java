package dev.millrace.cdk;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.kinesis.IStream;
import software.constructs.Construct;

/// The dashboard that answers "is it well?": first what is on, then what came and what became of it, then how far behind
/// each step is.
final class Overview extends Construct {
    private static final int COLUMNS = 24;
    private static final int HEIGHT = 6;

    private final Props props;

    /// @param behind how far each reader of the stream is behind
    record Props(Config config, Alarms alarms, List<IMetric> behind, IStream stream) {
    }

    Overview(Construct scope, String id, Props props) {
        super(scope, id);
        this.props = props;
        Dashboard.Builder.create(this, "Dashboard")
                .dashboardName("millrace-" + props.config().environment())
                .defaultInterval(Duration.hours(12))
                .widgets(List.of(
                        List.of(AlarmStatusWidget.Builder.create().title("Is it well?").alarms(props.alarms().all()).width(COLUMNS).height(HEIGHT).build()),
                        List.of(
                                graph("Readings, by what became of them", sums("ingest", "accepted", "duplicate", "rejected", "lost")),
                                graph("Late readings and panes corrected", List.of(Alarms.ours("ingest", "late", Stats.SUM), Alarms.ours("compact", "panes_corrected", Stats.SUM)))),
                        List.of(
                                graph("From measurement to stored, ms", List.of(Alarms.ours("ingest", "latency_p50", Stats.AVERAGE), Alarms.ours("ingest", "latency_p99", Stats.MAXIMUM))),
                                graph("Behind the stream, ms", props.behind())),
                        List.of(
                                graph("The stream: records in, and refused", List.of(stream("IncomingRecords"), stream("WriteProvisionedThroughputExceeded"))),
                                graph("Compaction: rows in, duplicates", sums("compact", "rows_in", "duplicates"))),
                        List.of(
                                graph("Complete in the last day, %", List.of(Alarms.completeness(props.config()))),
                                graph("Missing, lost, and asked for again", List.of(Alarms.ours("completeness", "missing", Stats.MAXIMUM),
                                        Alarms.ours("completeness", "lost", Stats.MAXIMUM), Alarms.ours("completeness", "asked_readings", Stats.SUM))))))
                .build();
    }

    private static List<IMetric> sums(String function, String... names) {
        return List.of(names).stream().<IMetric>map(name -> Alarms.ours(function, name, Stats.SUM)).toList();
    }

    /// How old the records are that a function gets.
    static IMetric behind(StreamFunction function, String label) {
        return function.live().metric("IteratorAge", MetricOptions.builder().statistic(Stats.MAXIMUM).label(label).build());
    }

    private IMetric stream(String name) {
        return props.stream().metric(name, MetricOptions.builder().statistic(Stats.SUM).build());
    }

    private static IWidget graph(String title, List<? extends IMetric> metrics) {
        return GraphWidget.Builder.create().title(title).left(metrics).width(COLUMNS / 2).height(HEIGHT).build();
    }
}
