package dev.millrace.deploy;

import java.util.ArrayList;
import java.util.List;

/// What CloudFormation takes of a template (CloudFormation user guide, quotas).
final class TemplateChecks {
    private static final int RESOURCES_MAX = 500;
    private static final int BYTES_MAX = 1_000_000;

    private TemplateChecks() {
    }

    static List<Finding> of(Assembly assembly) {
        List<Finding> findings = new ArrayList<>();
        for (Assembly.Stack stack : assembly.stacks()) {
            int resources = stack.resources().size();
            String found = "%s: %d of %d resources, %,d of %,d bytes".formatted(stack.name(), resources, RESOURCES_MAX, stack.bytes(), BYTES_MAX);
            findings.add(resources > RESOURCES_MAX || stack.bytes() > BYTES_MAX
                    ? Finding.fail("template", found, "CloudFormation refuses it: deploy fewer device types (-c deviceTypes)")
                    : Finding.ok("template", found));
        }
        return findings;
    }
}
