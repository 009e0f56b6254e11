package dev.millrace.pipeline.simulation;

import java.util.ArrayList;
import java.util.List;

/// A deliberate defect: changes of the text of one source file.
///
/// @param name    what is wrong
/// @param type    the type whose source is changed, fully qualified
/// @param changes each to be made exactly once
record Mutant(String name, String type, List<Change> changes) {
    /// @param find    exact text that occurs once
    /// @param replace what stands there instead
    record Change(String find, String replace) {
    }

    static Mutant inPipeline(String name, String simpleName, String find, String replace) {
        return new Mutant(name, "dev.millrace.pipeline." + simpleName, List.of(new Change(find, replace)));
    }

    static Mutant inWiring(String name, String simpleName, String find, String replace) {
        return new Mutant(name, "dev.millrace.pipeline.simulation." + simpleName, List.of(new Change(find, replace)));
    }

    Mutant and(String find, String replace) {
        List<Change> more = new ArrayList<>(changes);
        more.add(new Change(find, replace));
        return new Mutant(name, type, more);
    }

    /// The changed source.
    ///
    /// @throws IllegalStateException if a text to be changed does not occur exactly once: the source was rewritten, and
    ///                               the defect is to be described anew
    String applyTo(String source) {
        String changed = source;
        for (Change change : changes) {
            int at = changed.indexOf(change.find);
            if (at < 0 || changed.indexOf(change.find, at + 1) >= 0) {
                throw new IllegalStateException("mutant '%s': this text must occur exactly once in the source of %s, describe the defect anew: %s"
                        .formatted(name, type, change.find));
            }
            changed = changed.substring(0, at) + change.replace + changed.substring(at + change.find.length());
        }
        return changed;
    }

    @Override
    public String toString() {
        return name;
    }
}
