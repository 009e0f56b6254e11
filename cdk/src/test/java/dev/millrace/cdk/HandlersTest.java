package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pins the template to the code that it deploys: the only test that looks into the real deployment packages, which
/// the build copies to `target/lambda`. It runs in `mvn verify` (`mvn test` has no packages yet).
class HandlersTest {
    private static final Path ZIPS = Path.of("target/lambda");

    @Test
    void everyHandlerIsInThePackageThatItIsDeployedWith(@TempDir Path assembly) throws IOException {
        MillraceApp.create(Map.of("functionZips", ZIPS.toString()), assembly).synth();
        JsonNode flow = new ObjectMapper().readTree(assembly.resolve("Millrace-dev-Flow.template.json").toFile());

        assertThat(Read.properties(flow, "AWS::Lambda::Function")).hasSize(7).allSatisfy(function -> {
            String[] handler = function.get("Handler").asText().split("::", -1);
            Path deployed = assembly.resolve("asset." + function.get("Code").get("S3Key").asText());

            assertThat(ClassFiles.ofPackage(deployed, handler[0])).as(handler[0]).hasValueSatisfying(model -> {
                assertThat(function.get("Runtime").asText()).isEqualTo("java" + ClassFiles.release(model));
                assertCallable(model, handler[1]);
            });
        });
    }

    /// A metric that nobody writes would leave its alarm off for ever.
    @Test
    void everyMetricOfOursThatIsWatchedOrShownIsWrittenByItsFunction(@TempDir Path assembly) throws IOException {
        MillraceApp.create(Map.of("functionZips", ZIPS.toString()), assembly).synth();
        JsonNode flow = new ObjectMapper().readTree(assembly.resolve("Millrace-dev-Flow.template.json").toFile());
        Set<String> watched = new TreeSet<>();
        for (JsonNode alarm : Read.properties(flow, "AWS::CloudWatch::Alarm")) {
            for (JsonNode metric : alarm.has("Metrics") ? alarm.get("Metrics").findValues("Metric") : List.of(alarm)) {
                if (metric.path("Namespace").asText().equals("Millrace")) {
                    watched.add(metric.get("Dimensions").get(0).get("Value").asText() + " " + metric.get("MetricName").asText());
                }
            }
        }
        Matcher shown = Pattern.compile("\\[\"Millrace\",\"(\\w+)\",\"function\",\"(\\w+)\"").matcher(
                Read.properties(flow, "AWS::CloudWatch::Dashboard").getFirst().get("DashboardBody").toString().replace("\\\"", "\""));
        while (shown.find()) {
            watched.add(shown.group(2) + " " + shown.group(1));
        }

        assertThat(watched).contains("ingest received", "ingest rejected", "ingest lost", "compact behind", "ingest latency_p99", "compact rows_in",
                "redrive unreadable", "redrive quarantined", "completeness day_taken", "completeness day_expected", "completeness asked_readings");
        for (String one : watched) {
            String[] function = one.split(" ", 2);
            Path zip = ZIPS.resolve(function[0] + "-lambda.zip");
            String handler = "dev.millrace.%s.%s%sHandler".formatted(function[0], function[0].substring(0, 1).toUpperCase(Locale.ROOT), function[0].substring(1));
            Set<String> texts = new TreeSet<>(ClassFiles.texts(ClassFiles.ofPackage(zip, handler).orElseThrow()));
            // what a function shares with the stream worker has its metrics
            ClassFiles.ofPackage(zip, handler.replace("Handler", "Consumer")).ifPresent(consumer -> texts.addAll(ClassFiles.texts(consumer)));
            Set<String> metrics = ClassFiles.texts(ClassFiles.ofPackage(zip, "dev.millrace.kinesis.EmbeddedMetrics").orElseThrow());
            assertThat(metrics).contains("Millrace", "function");
            assertThat(texts).as(one).contains(function[0]);
            assertThat(texts.contains(function[1]) || metrics.contains(function[1])).as(one).isTrue();
        }
    }

    private static void assertCallable(ClassModel model, String method) {
        assertThat(model.flags().has(AccessFlag.PUBLIC)).as("class is public").isTrue();
        assertThat(model.interfaces()).extracting(type -> type.asInternalName()).contains("com/amazonaws/services/lambda/runtime/RequestStreamHandler");
        assertThat(model.methods()).anySatisfy(candidate -> {
            assertThat(candidate.methodName().stringValue()).isEqualTo("<init>");
            assertThat(candidate.methodType().stringValue()).isEqualTo("()V");
            assertThat(candidate.flags().has(AccessFlag.PUBLIC)).as("constructor is public").isTrue();
        });
        assertThat(model.methods()).extracting(candidate -> candidate.methodName().stringValue()).contains(method);
    }
}
