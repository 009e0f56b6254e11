package dev.millrace.cdk;

import java.util.List;
import java.util.function.Consumer;

/// What must hold in every template that is synthesized. Each rule refutes a defect that pipelines of this kind really have
/// had: it loses readings, or gives a function more rights than anybody meant.
@FunctionalInterface
interface TemplateRule {
    List<TemplateRule> ALL = List.of(new TopicRulesKeepMessages(), new MappingsLoseNothing(), new RightsAreNarrow(), new RefusedWritesAreWatched());

    /// @param refuse takes a line for each resource in which it does not hold
    void check(Templates templates, Consumer<String> refuse);
}
