package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects `AWS::Events::Rule`: rules of the default bus that invoke functions at a rate, and no others.
final class EventRules {
    private static final Set<String> USED = Set.of("Name", "ScheduleExpression", "State", "Targets");
    private static final Set<String> WITHOUT_EFFECT = Set.of("Description", "Tags");
    private static final Set<String> TARGET = Set.of("Id", "Arn");

    private final LambdaResources lambda;
    private final List<ScheduleDefinition> schedules = new ArrayList<>();

    EventRules(LambdaResources lambda) {
        this.lambda = lambda;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Events::Rule", this::rule);
    }

    /// What the rules ask for.
    ///
    /// @throws IllegalStateException if the template does not permit a rule to invoke its target: on AWS nothing would
    ///                               happen then
    List<ScheduleDefinition> schedules() {
        for (ScheduleDefinition schedule : schedules) {
            for (ScheduleDefinition.Target target : schedule.targets()) {
                if (!lambda.mayInvoke("events.amazonaws.com", schedule.arn(), target.arn())) {
                    throw new IllegalStateException("rule %s may not invoke %s: the template has no AWS::Lambda::Permission for it"
                            .formatted(schedule.name(), target.arn()));
                }
            }
        }
        return List.copyOf(schedules);
    }

    private Provisioned rule(ResourceRequest request) {
        request.allow(USED, WITHOUT_EFFECT);
        String name = request.name("Name", PhysicalName.ORDINARY);
        String arn = request.arn("events", "rule/" + name);
        String state = request.text("State").orElse("ENABLED");
        if (!state.equals("ENABLED")) {
            throw request.wrong("State", "ENABLED: the local cloud has no rule that waits", state);
        }
        schedules.add(new ScheduleDefinition(name, arn, rate(request).every(), targets(request)));
        return Provisioned.simulated(name, Map.of("Arn", arn));
    }

    private static Rate rate(ResourceRequest request) {
        String expression = request.requiredText("ScheduleExpression");
        try {
            return Rate.parse(expression);
        } catch (IllegalArgumentException _) {
            throw request.wrong("ScheduleExpression", Rate.EXPECTED, expression);
        }
    }

    private List<ScheduleDefinition.Target> targets(ResourceRequest request) {
        List<ScheduleDefinition.Target> targets = new ArrayList<>();
        for (JsonNode target : request.properties().path("Targets")) {
            // such as Input, RetryPolicy or DeadLetterConfig
            new ResourceRequest(request.stack(), request.logicalId(), request.type(), target, request.partition()).allow(TARGET, Set.of());
            String arn = target.path("Arn").asText();
            targets.add(new ScheduleDefinition.Target(arn, lambda.functionOf(arn).orElseThrow(() ->
                    request.wrong("Targets.Arn", "the ARN of a function, version or alias of the template", arn))));
        }
        if (targets.isEmpty()) {
            throw request.wrong("Targets", "one or more", request.properties().path("Targets"));
        }
        return targets;
    }
}
