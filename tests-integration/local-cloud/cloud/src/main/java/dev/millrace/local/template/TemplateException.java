package dev.millrace.local.template;

/// A template that cannot be deployed here. The message names the stack, the logical id and what is wrong.
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TemplateException(String message) {
        super(message);
    }

    public TemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
