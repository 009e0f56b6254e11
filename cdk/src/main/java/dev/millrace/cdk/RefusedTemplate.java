package dev.millrace.cdk;

import java.util.List;

/// The templates break a rule of ours or an unexplained one of cdk-nag. The message has a line for each finding, which names
/// the resource, what was expected and what came.
final class RefusedTemplate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedTemplate(List<String> findings) {
        super("the templates are refused:%n  %s".formatted(String.join(System.lineSeparator() + "  ", findings)));
    }
}
