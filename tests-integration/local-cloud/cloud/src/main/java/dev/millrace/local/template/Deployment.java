package dev.millrace.local.template;

import dev.millrace.local.template.Provisioned.Standing;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What was deployed.
///
/// @param resources of all stacks, in the order of their creation
/// @param outputs   by stack name and logical id of the output
public record Deployment(List<Resource> resources, Map<String, Map<String, String>> outputs) {
    public Deployment {
        resources = List.copyOf(resources);
        outputs = Map.copyOf(outputs);
    }

    public List<Resource> ofType(String type) {
        return resources.stream().filter(resource -> resource.type().equals(type)).toList();
    }

    /// Those of which only the name exists.
    public List<Resource> notSimulated() {
        return standing(Standing.NOT_SIMULATED);
    }

    /// Properties that simulated resources do not live up to, a line for each resource type that has any.
    public List<String> gaps() {
        SortedMap<String, SortedSet<String>> gaps = new TreeMap<>();
        for (Resource resource : resources) {
            if (!resource.provisioned().gaps().isEmpty()) {
                gaps.computeIfAbsent(resource.type(), _ -> new TreeSet<>()).addAll(resource.provisioned().gaps());
            }
        }
        return gaps.entrySet().stream().map(gap -> gap.getKey() + ": " + String.join(", ", gap.getValue())).toList();
    }

    /// Those that are kept, but that nobody is held to yet: roles and policies.
    public List<Resource> notEnforced() {
        return standing(Standing.NOT_ENFORCED);
    }

    /// The roles with the policies that the template gives them.
    public List<Role> roles() {
        return Role.in(resources);
    }

    private List<Resource> standing(Standing standing) {
        return resources.stream().filter(resource -> resource.provisioned().standing() == standing).toList();
    }
}
