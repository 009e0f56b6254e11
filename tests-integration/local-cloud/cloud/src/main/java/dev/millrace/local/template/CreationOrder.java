package dev.millrace.local.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// An order in which everything comes after what it needs; among equals the order of the template, so that the same
/// template is always deployed in the same order.
final class CreationOrder {
    private final String where;
    private final Map<String, Set<String>> needs;
    private final List<String> done = new ArrayList<>();
    private final List<String> path = new ArrayList<>();

    private CreationOrder(String where, Map<String, Set<String>> needs) {
        this.where = where;
        this.needs = needs;
    }

    /// @param where names the whole in errors
    /// @param needs what each needs, in the order of the template
    /// @throws TemplateException for a cycle, which the message shows, or a need that is not there
    static List<String> of(String where, Map<String, Set<String>> needs) {
        var order = new CreationOrder(where, needs);
        needs.keySet().forEach(order::visit);
        return List.copyOf(order.done);
    }

    private void visit(String name) {
        if (done.contains(name)) {
            return;
        }
        int start = path.indexOf(name);
        if (start >= 0) {
            throw new TemplateException("%s: circular dependency %s -> %s".formatted(where, String.join(" -> ", path.subList(start, path.size())), name));
        }
        path.add(name);
        for (String need : new TreeSet<>(needs.get(name))) {
            if (!needs.containsKey(need)) {
                throw new TemplateException("%s: %s depends on %s, which is not there".formatted(where, name, need));
            }
            visit(need);
        }
        path.removeLast();
        done.add(name);
    }
}
