package dev.millrace.local.template;

/// Makes the resources of one type, or of a few, real.
@FunctionalInterface
public interface ResourceProvider {
    /// Creates the resource. All that it refers to is there already.
    ///
    /// @throws TemplateException if its properties cannot be served here
    Provisioned create(ResourceRequest request);
}
