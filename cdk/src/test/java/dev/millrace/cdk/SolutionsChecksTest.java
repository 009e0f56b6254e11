package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;

class SolutionsChecksTest {
    private static final List<Map<String, String>> SETTINGS = List.of(
            Map.of(),
            Map.of("environment", "prod2", "customerKey", "true", "alarmEmail", "pager@example.com"),
            Map.of("compute", "worker"),
            Map.of("hotStore", "none", "streamMode", "on-demand", "removalPolicy", "destroy", "deletionProtection", "false", "deviceTypes", "truck"));

    @Test
    void everyFindingIsExplainedWhateverIsSetAndNoExplanationIsForNothing() {
        Set<SolutionsChecks.Explanation> used = new HashSet<>();
        for (Map<String, String> settings : SETTINGS) {
            App app = Synth.app(settings);
            MillraceApp.synthesize(app, true);
            SolutionsChecks.violations(app).forEach(violation -> used.add(SolutionsChecks.explanation(violation).orElseThrow()));
        }

        assertThat(used).containsExactlyInAnyOrderElementsOf(SolutionsChecks.EXPLANATIONS);
        assertThat(used).allMatch(explanation -> explanation.reason().length() > 20);
    }

    @Test
    void anExplanationHoldsForItsRuleAtItsResourceOnly() {
        var known = new SolutionsChecks.Violation("S1", "State/Lake/Bucket/Resource", "no logs");

        assertThat(SolutionsChecks.explanation(known)).isPresent();
        assertThat(SolutionsChecks.explanation(new SolutionsChecks.Violation("S10", known.path(), ""))).isEmpty();
        assertThat(SolutionsChecks.explanation(new SolutionsChecks.Violation("S1", "State/Other/Bucket/Resource", ""))).isEmpty();
        assertThat(known.toString()).isEqualTo("State/Lake/Bucket/Resource: AwsSolutions-S1: no logs; explain it in SolutionsChecks or mend it");
    }
}
