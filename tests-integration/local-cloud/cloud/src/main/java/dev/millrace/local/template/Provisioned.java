package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/// What became of a resource.
///
/// @param ref        the physical id, which `Ref` gives
/// @param attributes what `Fn::GetAtt` gives
/// @param standing   how real it is
/// @param gaps       properties of the template that a simulated resource does not live up to
public record Provisioned(String ref, Map<String, String> attributes, Standing standing, List<String> gaps) {
    /// How real a resource is.
    public enum Standing {
        /// It works as on AWS, as far as its stand-in goes.
        SIMULATED,
        /// It is understood and kept, but nothing holds anybody to it yet.
        NOT_ENFORCED,
        /// Only its name exists, so that references resolve.
        NOT_SIMULATED,
        /// A function makes it when all functions run, which is after the deployment: so nothing can refer to it.
        MADE_LATER
    }

    public Provisioned {
        requireNonNull(ref, "ref is null");
        attributes = Map.copyOf(attributes);
        requireNonNull(standing, "standing is null");
        gaps = List.copyOf(gaps);
    }

    public Provisioned(String ref, Map<String, String> attributes, Standing standing) {
        this(ref, attributes, standing, List.of());
    }

    public static Provisioned simulated(String ref, Map<String, String> attributes) {
        return new Provisioned(ref, attributes, Standing.SIMULATED);
    }

    /// @param logicalId stands for a name that is not known yet
    public static Provisioned madeLater(String logicalId) {
        return new Provisioned(logicalId, Map.of(), Standing.MADE_LATER);
    }

    public static Provisioned simulatedWithout(List<String> gaps, String ref, Map<String, String> attributes) {
        return new Provisioned(ref, attributes, Standing.SIMULATED, gaps);
    }
}
